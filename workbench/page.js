// The page's JavaScript: the names and the behaviour that the host's page has and that extensions use.

/* ---- the page and its life ---- */

function gradioApp() {
    const element = document.getElementsByTagName("gradio-app")[0] ?? document;
    if (element !== document) element.getElementById = id => document.getElementById(id);
    return element.shadowRoot ?? element;
}

function get_uiCurrentTab() {
    return gradioApp().querySelector("#tabs > .tab-nav > button.selected");
}

function get_uiCurrentTabContent() {
    return gradioApp().querySelector('#tabs > .tabitem[id^=tab_]:not([style*="display: none"])');
}

const uiCallbacks = {update: [], afterUpdate: [], loaded: [], tabChange: [], options: []};
const onUiUpdate = callback => void uiCallbacks.update.push(callback);
const onAfterUiUpdate = callback => void uiCallbacks.afterUpdate.push(callback);
const onUiLoaded = callback => void uiCallbacks.loaded.push(callback);
const onUiTabChange = callback => void uiCallbacks.tabChange.push(callback);

var opts = {};
function onOptionsAvailable(callback) {
    if (Object.keys(opts).length) callback();
    else uiCallbacks.options.push(callback);
}

function executeCallbacks(queue, argument) {
    for (const callback of queue) {
        try {
            callback(argument);
        } catch (error) {
            console.error("error running callback", callback, ":", error);
        }
    }
}

document.addEventListener("DOMContentLoaded", () => {
    let loaded = false, currentTab = null, timer = 0;
    new MutationObserver(mutations => {
        if (!loaded && gradioApp().querySelector("#txt2img_prompt")) {
            loaded = true;
            executeCallbacks(uiCallbacks.loaded);
        }
        executeCallbacks(uiCallbacks.update, mutations);
        clearTimeout(timer);
        timer = setTimeout(executeCallbacks, 200, uiCallbacks.afterUpdate);
        const tab = get_uiCurrentTab();
        if (tab && tab !== currentTab) {
            currentTab = tab;
            executeCallbacks(uiCallbacks.tabChange);
        }
    }).observe(gradioApp(), {childList: true, subtree: true});
});

onAfterUiUpdate(() => {
    const text = gradioApp().querySelector("#settings_json textarea")?.value;
    if (!text || Object.keys(opts).length) return;
    opts = JSON.parse(text);
    executeCallbacks(uiCallbacks.options);
});

function getTranslation(text) {
    return text ? window.localization[text] : undefined;
}

/** Tell Gradio that a script has changed an input. */
function updateInput(target) {
    const event = new Event("input", {bubbles: true});
    Object.defineProperty(event, "target", {value: target});
    target.dispatchEvent(event);
}

/* ---- tabs and gallery ---- */

function get_tab_index(tabsId) {
    const buttons = [...gradioApp().querySelectorAll(`#${tabsId} > .tab-nav > button`)];
    return Math.max(buttons.findIndex(button => button.classList.contains("selected")), 0);
}

function switch_to_txt2img() {
    gradioApp().querySelectorAll("#tabs > .tab-nav > button")[0].click();
    return Array.from(arguments);
}

function switch_to_img2img_tab(index) {
    gradioApp().querySelectorAll("#tabs > .tab-nav > button")[1].click();
    gradioApp().querySelectorAll("#mode_img2img > .tab-nav > button")[index].click();
}

for (const [name, index] of Object.entries({img2img: 0, sketch: 1, inpaint: 2, inpaint_sketch: 3})) {
    window[`switch_to_${name}`] = (...values) => (switch_to_img2img_tab(index), values);
}

function all_gallery_buttons() {
    const shown = '[style="display: block;"].tabitem div[id$=_gallery].gradio-gallery .thumbnail-item.thumbnail-small';
    return [...gradioApp().querySelectorAll(shown)].filter(button => button.parentElement.offsetParent);
}

function selected_gallery_button() {
    return all_gallery_buttons().find(button => button.classList.contains("selected")) ?? null;
}

function selected_gallery_index() {
    return all_gallery_buttons().findIndex(button => button.classList.contains("selected"));
}

/* ---- Generate ---- */

function setSubmitButtonsVisibility(tab, interrupt, skip, interrupting) {
    for (const [name, shown] of Object.entries({interrupt, skip, interrupting})) {
        gradioApp().getElementById(`${tab}_${name}`).style.display = shown ? "block" : "none";
    }
}

const showSubmitButtons = (tab, shown) => setSubmitButtonsVisibility(tab, !shown, !shown, false);
const showSubmitInterruptingPlaceholder = tab => setSubmitButtonsVisibility(tab, false, true, true);

const POLL_MS = 250;
const INACTIVE_S = 40;

/** Show how far a job is in a bar above the gallery, until the server no longer knows of it. */
async function requestProgress(id, container, atEnd) {
    const bar = document.createElement("div");
    bar.className = "progressDiv";
    bar.innerHTML = '<div class="progress"></div>';
    container.before(bar);
    const started = Date.now();
    let active = false;
    try {
        for (;;) {
            const body = JSON.stringify({id_task: id, live_preview: false});
            const headers = {"Content-Type": "application/json"};
            const response = await fetch("./internal/progress", {method: "POST", headers, body});
            const state = await response.json();
            const idle = !state.active && !state.queued && (active || Date.now() - started > INACTIVE_S * 1000);
            if (state.completed || idle) break;
            active ||= state.active;
            const percent = Math.round((state.progress ?? 0) * 100);
            bar.firstChild.style.width = `${percent}%`;
            bar.firstChild.textContent = percent ? `${percent}%` : state.textinfo ?? "";
            await new Promise(resolve => setTimeout(resolve, POLL_MS));
        }
    } finally {
        bar.remove();
        atEnd();
    }
}

function submitJob(tab, values) {
    const id = `task(${Math.random().toString(36).slice(2)})`;
    const container = gradioApp().getElementById(`${tab}_gallery_container`);
    showSubmitButtons(tab, false);
    requestProgress(id, container, () => showSubmitButtons(tab, true));
    // Gradio sends the outputs along: a gallery of large pictures would go up again with every job.
    return [id, ...values.slice(1).map(value => value?.[0]?.is_file === undefined ? value : null)];
}

function submit(...values) {
    return submitJob("txt2img", values);
}

function submit_img2img(...values) {
    const sent = submitJob("img2img", values);
    sent[1] = get_tab_index("mode_img2img");
    return sent;
}

document.addEventListener("keydown", event => {
    const button = name => get_uiCurrentTabContent()?.querySelector(`button[id$=_${name}]`);
    const running = button("interrupt")?.style.display === "block";
    const enter = event.key === "Enter";
    if (enter && (event.ctrlKey || event.metaKey)) button(running ? "interrupt" : "generate")?.click();
    else if (enter && event.altKey) button("skip")?.click();
    else if (event.key === "Escape" && running) button("interrupt").click();
    else return;
    event.preventDefault();
});

/* ---- Reload UI ---- */

function restart_reload() {
    document.body.innerHTML = "<h1 style='margin-top: 20%; text-align: center'>Reloading...</h1>";
    const ping = () => fetch("./internal/ping").then(
        response => response.ok ? location.reload() : setTimeout(ping, 500), () => setTimeout(ping, 500));
    setTimeout(ping, 2000);
    return [];
}

/* ---- the demo's photograph: open it in the tab Click Inpaint as a person would ---- */

onUiLoaded(async() => {
    if (!window.workbenchPhoto) return;
    const tab = [...gradioApp().querySelectorAll("#mode_img2img > .tab-nav > button")]
        .findIndex(button => button.textContent.trim() === "Click Inpaint");
    if (tab < 0) return;
    switch_to_img2img_tab(tab);
    for (let waited = 0; !window.clickInpaint?.open && waited < 100; waited++) {
        await new Promise(resolve => setTimeout(resolve, 100));
    }
    const photo = await fetch("./workbench/photo");
    if (photo.ok) window.clickInpaint?.open(await photo.blob());
});
