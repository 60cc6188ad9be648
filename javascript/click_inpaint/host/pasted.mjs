// The host reads an infotext into its fields when a person presses its paste button, or sends what “PNG Info” shows to
// img2img. Our script then hands us the Edit in it (click_inpaint/tab.py).

import * as host from "./page.mjs";

/** @typedef {import("../edit/reply.mjs").ServerMessage} ServerMessage */
/** @typedef {import("../edit/state.mjs").Edit} Edit */
/**
 * @typedef {object} Pasted
 * @property {Edit} [edit]  with half the ids of its pictures
 * @property {ServerMessage} [error]  why there is none
 * @property {string | null} address  of the picture that the infotext came from, where the page shows it
 */

const EVENT = "click-inpaint-pasted";
const PNG_INFO = "#tab_pnginfo";
const PNG_INFO_PICTURE = "#pnginfo_image img";
/** The button that sends a picture to the host's own Inpaint: whoever presses it does not mean our tab. */
const TO_INPAINT = "inpaint_tab";

/** Call back when an infotext with an Edit of ours was read. @param {(pasted: Pasted) => void} callback @param {AbortSignal} signal */
export function onPasted(callback, signal) {
    /** @type {Element | null} */
    let pressed = null;
    document.addEventListener("click", event => {
        const button = event.composedPath().find(part => part instanceof HTMLButtonElement);
        if (event.isTrusted && button instanceof HTMLButtonElement) pressed = button; // the host then presses tabs by itself
    }, {capture: true, signal});
    document.addEventListener(EVENT, event => {
        if (!(event instanceof CustomEvent) || !event.detail || pressed?.id === TO_INPAINT) return;
        const address = pressed?.closest(PNG_INFO) ? host.addressOf(PNG_INFO_PICTURE) : null;
        callback({...JSON.parse(event.detail), address});
    }, {signal});
}
