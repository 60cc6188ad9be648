// Everything that touches the host's page. Its parts are looked up when they are needed: it may redraw any of them.

/** @typedef {import("../edit/geometry.mjs").Size} Size */

const TAB = "#img2img_click_inpaint_tab";
const MODE = "#mode_img2img";
const EDIT = "#click_inpaint_edit textarea";
const ROOT = "#click_inpaint_root";
const ACTIVE_CLASS = "click-inpaint-active";
const DEFAULT_SIDE_PX = 512;
const APPEARS_MS = 4000;

/** @returns {Document | ShadowRoot | Element} */
function app() {
    return typeof gradioApp === "function" ? gradioApp() : document;
}

/** @param {string} selector @returns {any} */
export function find(selector) {
    return app().querySelector(selector);
}

/** The place for our page, if this host has our tab. @returns {HTMLElement | null} */
export function findRoot() {
    return find(ROOT);
}

/** Whether ours is the chosen one of img2img's tabs. */
export function isOurTabChosen() {
    const panel = find(TAB);
    return panel !== null && getComputedStyle(panel).display !== "none";
}

/** Put text where Generate picks it up. @param {string} text */
export function writeEdit(text) {
    const textarea = find(EDIT);
    if (!textarea || textarea.value === text) return;
    textarea.value = text;
    tell(textarea);
}

/** Tell Gradio that we changed an input. */
function tell(input) {
    if (typeof updateInput === "function") updateInput(input);
    else input.dispatchEvent(new Event("input", {bubbles: true}));
}

/** Hide, while our tab is chosen, the host's controls that ours replace. @param {boolean} active */
export function markActive(active) {
    find("#tab_img2img")?.classList.toggle(ACTIVE_CLASS, active);
}

/** Size that the host's sliders ask for. @returns {Size} */
export function workingArea() {
    return {width: side("width"), height: side("height")};
}

function side(name) {
    const value = Math.round(Number(find(`#img2img_${name} input[type=number]`)?.value));
    return value > 0 ? value : DEFAULT_SIDE_PX;
}

/**
 * Call back when another of img2img's tabs may have been chosen.
 * @param {() => void} callback
 * @param {AbortSignal} signal
 */
export function onTabs(callback, signal) {
    const panel = find(TAB);
    if (!panel) return;
    const observer = new MutationObserver(callback);
    observer.observe(panel, {attributes: true, attributeFilter: ["style", "class", "hidden"]});
    const bar = find(`${MODE} > .tab-nav`);
    if (bar) observer.observe(bar, {attributes: true, attributeFilter: ["class", "aria-selected"], subtree: true, childList: true});
    signal.addEventListener("abort", () => observer.disconnect());
}

/**
 * Call back when the host's size may have changed. Not every change has an event: pasted parameters have none.
 * @param {() => void} callback
 * @param {AbortSignal} signal
 */
export function onSize(callback, signal) {
    const ours = event => event.target.closest?.("#img2img_width, #img2img_height, #img2img_res_switch_btn") && callback();
    for (const kind of ["input", "change"]) app().addEventListener(kind, ours, {signal});
    if (typeof onAfterUiUpdate === "function") onAfterUiUpdate(() => signal.aborted || callback());
}

/** Call back before the host reads its inputs for Generate. @param {() => void} callback @param {AbortSignal} signal */
export function beforeGenerate(callback, signal) {
    const isGenerate = part => part.id === "img2img_generate";
    document.addEventListener("click", event => event.composedPath().some(isGenerate) && callback(), {capture: true, signal});
}

/** Whether Esc would interrupt the host's work. */
export function isGenerating() {
    const button = find("#img2img_interrupt");
    return button !== null && getComputedStyle(button).display === "block";
}

/** Address of the picture that a gallery shows, or of its first; null without one. @param {"img2img" | "txt2img"} [tab] @returns {string | null} */
export function resultAddress(tab = "img2img") {
    const shown = ['[data-testid="detailed-image"]', ".preview > button img", ".thumbnail-item.selected img", ".thumbnail-item img"];
    for (const selector of shown) {
        const image = find(`#${tab}_gallery ${selector}`);
        if (image?.src && !image.closest(".livePreview")) return image.src;
    }
    return null;
}

/**
 * The bytes of a picture that this page shows; null where they cannot be had.
 * @param {string} address
 * @returns {Promise<Blob | null>}
 */
export async function fetchPicture(address) {
    try {
        const response = await fetch(address, {credentials: "same-origin"});
        return response.ok ? await response.blob() : null;
    } catch {
        return null; // the connection may also break amid the picture
    }
}

/**
 * Put picture and mask into the tab Inpaint upload and go there. False where the host has no such inputs.
 * @param {File} picture
 * @param {File} mask
 */
export async function sendToInpaintUpload(picture, mask) {
    const taken = await putFile("#img_inpaint_base", picture) && await putFile("#img_inpaint_mask", mask);
    if (taken) chooseTab(MODE, "#img2img_inpaint_upload_tab");
    return taken;
}

async function putFile(holder, file) {
    const parent = find(holder);
    if (!parent) return false;
    if (!parent.querySelector("input[type=file]")) {
        // Gradio takes the input away while it shows a picture.
        parent.querySelector('button[aria-label="Clear"], button[aria-label="Remove Image"], .modify-upload button + button')?.click();
    }
    const input = await appears(parent, "input[type=file]");
    if (!input) return false;
    const files = new DataTransfer();
    files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
    return true;
}

/** @param {Element} parent @param {string} selector @returns {Promise<any>} null when it does not come in time */
function appears(parent, selector) {
    const there = parent.querySelector(selector);
    if (there) return Promise.resolve(there);
    return new Promise(resolve => {
        const done = found => {
            observer.disconnect();
            clearTimeout(timer);
            resolve(found);
        };
        const observer = new MutationObserver(() => {
            const found = parent.querySelector(selector);
            if (found) done(found);
        });
        observer.observe(parent, {childList: true, subtree: true});
        const timer = setTimeout(() => done(null), APPEARS_MS);
    });
}

/** Go to our tab from anywhere. */
export function chooseOurTab() {
    chooseTab("#tabs", "#tab_img2img");
    chooseTab(MODE, TAB);
}

/** Click the tab button that belongs to a panel: both come in the same order. @param {string} group @param {string} panel */
function chooseTab(group, panel) {
    const panels = [...find(group).querySelectorAll(":scope > .tabitem")];
    find(group).querySelectorAll(":scope > .tab-nav > button")[panels.indexOf(find(panel))]?.click();
}
