// The page's JavaScript: the names and the behaviour that the host's page has and that extensions use.

/* ---- the page and its life ---- */

function gradioApp() {
    const element = document.getElementsByTagName("gradio-app")[0] ?? document;
    if (element !== document) element.getElementById = id => document.getElementById(id);
    return element.shadowRoot ?? element;
}

function get_uiCurrentTabContent() {
    return gradioApp().querySelector('#tabs > .tabitem[id^=tab_]:not([style*="display: none"])');
}

const uiCallbacks = {loaded: [], afterUpdate: []};
const onUiLoaded = callback => void uiCallbacks.loaded.push(callback);
const onAfterUiUpdate = callback => void uiCallbacks.afterUpdate.push(callback);

function executeCallbacks(queue) {
    for (const callback of queue) {
        try {
            callback();
        } catch (error) {
            console.error("error running callback", callback, ":", error);
        }
    }
}

document.addEventListener("DOMContentLoaded", () => {
    let loaded = false, timer = 0;
    new MutationObserver(() => {
        if (!loaded && gradioApp().querySelector("#txt2img_prompt")) {
            loaded = true;
            executeCallbacks(uiCallbacks.loaded);
        }
        clearTimeout(timer);
        timer = setTimeout(executeCallbacks, 200, uiCallbacks.afterUpdate);
    }).observe(gradioApp(), {childList: true, subtree: true});
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

/* ---- Generate ---- */

function showInterrupt(tab, shown) {
    gradioApp().getElementById(`${tab}_interrupt`).style.display = shown ? "block" : "none";
}

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

/** What goes to the handler of a tab instead of `values`: a job's id first; its four outputs, which Gradio sends too, not. */
function submit(tab, values) {
    const id = `task(${Math.random().toString(36).slice(2)})`;
    const container = gradioApp().getElementById(`${tab}_gallery_container`);
    showInterrupt(tab, true);
    requestProgress(id, container, () => showInterrupt(tab, false));
    return [id, ...values.slice(1, -4)];
}

function submit_img2img(...values) {
    const [id, , ...rest] = submit("img2img", values);
    const tabs = [...gradioApp().querySelectorAll("#mode_img2img > .tab-nav > button")];
    return [id, tabs.findIndex(button => button.classList.contains("selected")), ...rest];
}

document.addEventListener("keydown", event => {
    const button = name => get_uiCurrentTabContent()?.querySelector(`button[id$=_${name}]`);
    const running = button("interrupt")?.style.display === "block";
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) button(running ? "interrupt" : "generate")?.click();
    else if (event.key === "Escape" && running) button("interrupt").click();
    else return;
    event.preventDefault();
});

function switch_to_img2img() {
    gradioApp().querySelectorAll("#tabs > .tab-nav > button")[1].click();
    gradioApp().querySelectorAll("#mode_img2img > .tab-nav > button")[0].click();
    return [];
}

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
    if (!window.workbenchPhoto || !gradioApp().querySelector("#click_inpaint_root")) return;
    while (!window.clickInpaint) await new Promise(resolve => setTimeout(resolve, 100));
    gradioApp().querySelectorAll("#tabs > .tab-nav > button")[1].click();
    gradioApp().querySelector("#mode_img2img > .tab-nav > button:last-of-type").click();
    if (await window.clickInpaint.begun || window.clickInpaint.state().edit.image) return; // work of before a reload
    window.clickInpaint.open(await (await fetch("./workbench/photo")).blob());
});
