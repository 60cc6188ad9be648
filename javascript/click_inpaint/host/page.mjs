// Everything that touches the host's page. Elements are looked up when they are needed, since the host may redraw them.

/** @typedef {import("../edit/geometry.mjs").Size} Size */

const TAB = "#img2img_click_inpaint_tab";
const MODE = "#mode_img2img";
const EDIT = "#click_inpaint_edit textarea";
const ROOT = "#click_inpaint_root";
const ACTIVE_CLASS = "click-inpaint-active";
/** Of the tabs "Resize to" and "Resize by", the one with width and height. */
const RESIZE_TO = "#img2img_tab_resize_to";
const RESIZE_CLASS = "click-inpaint-resize";
const DEFAULT_SIDE_PX = 512;
const APPEARS_MS = 4000;
/** The buttons with which Gradio's pictures are taken away. */
const CLEARS = ['button[aria-label="Clear"]', 'button[aria-label="Remove Image"]', ".modify-upload button + button"];

/** @returns {Document | ShadowRoot} */
function app() {
    return typeof gradioApp === "function" ? gradioApp() : document;
}

/**
 * The first element that the selector names. As with querySelector, it is the caller who knows which kind that is.
 * @template {Element} [E=HTMLElement]
 * @param {string} selector @returns {E | null}
 */
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
    /** @type {HTMLTextAreaElement | null} */
    const textarea = find(EDIT);
    if (!textarea || textarea.value === text) return;
    textarea.value = text;
    tellGradio(textarea);
}

/** Tell Gradio that we changed an input. @param {HTMLInputElement | HTMLTextAreaElement} input */
export function tellGradio(input) {
    if (typeof updateInput === "function") updateInput(input);
    else input.dispatchEvent(new Event("input", {bubbles: true}));
}

/** Hide, while our tab is chosen, the host's controls that ours replace or that do nothing for it. @param {boolean} active */
export function markActive(active) {
    find("#tab_img2img")?.classList.toggle(ACTIVE_CLASS, active);
    find(RESIZE_TO)?.parentElement?.classList.add(RESIZE_CLASS); // older hosts give this group no id
}

/** Size that the host's sliders ask for. @returns {Size} */
export function workingArea() {
    return {width: side("width"), height: side("height")};
}

/** @param {"width" | "height"} name */
function side(name) {
    /** @type {HTMLInputElement | null} */
    const input = find(`#img2img_${name} input[type=number]`);
    const value = Math.round(Number(input?.value));
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
    const changed = (/** @type {Event} */ {target}) => {
        if (target instanceof Element && target.closest("#img2img_width, #img2img_height, #img2img_res_switch_btn")) callback();
    };
    for (const kind of ["input", "change"]) app().addEventListener(kind, changed, {signal});
    onUpdate(callback, signal);
}

/** Call back when the host has redrawn any part of its page. @param {() => void} callback @param {AbortSignal} signal */
export function onUpdate(callback, signal) {
    if (typeof onAfterUiUpdate === "function") onAfterUiUpdate(() => signal.aborted || callback());
}

/**
 * Call back before the host reads its inputs for Generate. Where that answers false, the press is dropped. Where it answers
 * with a promise, the press is held until the promise ends, then made again, or dropped where that ends with false; others
 * meanwhile ("Generate forever") are the same press.
 * @param {() => Promise<boolean> | false | null} callback
 * @param {AbortSignal} signal
 */
export function beforeGenerate(callback, signal) {
    let isHeld = false, isReady = false;
    const isGenerate = (/** @type {EventTarget} */ part) => part instanceof Element && part.id === "img2img_generate";
    const hold = async(/** @type {Promise<boolean>} */ prepared) => {
        isHeld = true;
        let isWanted = true; // where our own part fails, the host says what is wrong
        try {
            isWanted = await prepared;
        } finally {
            isHeld = false;
            isReady = true;
            if (isWanted) find("#img2img_generate")?.click();
            isReady = false;
        }
    };
    document.addEventListener("click", event => {
        if (isReady || !event.composedPath().some(isGenerate)) return;
        const prepared = isHeld ? false : callback();
        if (prepared === null) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (prepared) void hold(prepared);
    }, {capture: true, signal});
}

/** Whether Esc would interrupt the host's work. */
export function isGenerating() {
    const button = find("#img2img_interrupt");
    return button !== null && getComputedStyle(button).display === "block";
}

/** Call back when the host begins or ends its work. @param {() => void} callback @param {AbortSignal} signal */
export function onGenerating(callback, signal) {
    const button = find("#img2img_interrupt");
    if (!button) return;
    const observer = new MutationObserver(callback);
    observer.observe(button, {attributes: true, attributeFilter: ["style", "class"]});
    signal.addEventListener("abort", () => observer.disconnect());
}

/** Address of the picture that a gallery shows, or of its first; null without one. @param {"img2img" | "txt2img"} [tab] @returns {string | null} */
export function resultAddress(tab = "img2img") {
    const shown = ['[data-testid="detailed-image"]', ".preview > button img", ".thumbnail-item.selected img", ".thumbnail-item img"];
    for (const selector of shown) {
        const address = addressOf(`#${tab}_gallery ${selector}`);
        if (address) return address;
    }
    return null;
}

/** Address of an image of the page; null for one that shows how far the host's work is. @param {string} selector @returns {string | null} */
export function addressOf(selector) {
    /** @type {HTMLImageElement | null} */
    const image = find(selector);
    return image?.src && !image.closest(".livePreview") ? image.src : null;
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

/** @param {string} holder @param {File} file @returns {Promise<boolean>} whether there was an input that took it */
async function putFile(holder, file) {
    const parent = find(holder);
    if (!parent) return false;
    if (!parent.querySelector("input[type=file]")) {
        // Gradio takes the input away while it shows a picture.
        find(CLEARS.map(button => `${holder} ${button}`).join())?.click();
    }
    const input = await appears(parent, "input[type=file]");
    if (!input) return false;
    const files = new DataTransfer();
    files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
    return true;
}

/** @param {Element} parent @param {string} selector @returns {Promise<HTMLInputElement | null>} null when it does not come in time */
function appears(parent, selector) {
    /** @returns {HTMLInputElement | null} */
    const look = () => parent.querySelector(selector);
    const there = look();
    if (there) return Promise.resolve(there);
    return new Promise(resolve => {
        const done = (/** @type {HTMLInputElement | null} */ found) => {
            observer.disconnect();
            clearTimeout(timer);
            resolve(found);
        };
        const observer = new MutationObserver(() => {
            const found = look();
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
    const panels = [...find(group)?.querySelectorAll(":scope > .tabitem") ?? []];
    const at = panels.findIndex(one => one === find(panel));
    find(`${group} > .tab-nav > button:nth-of-type(${at + 1})`)?.click();
}
