// What a button shows and hides.

import {element} from "./element.mjs";

/**
 * Let a button show and hide a list. A press of a button in it, Esc, and what happens elsewhere on the page hide it.
 * @param {HTMLButtonElement} opener @param {HTMLElement} list @param {AbortSignal} signal
 */
export function popup(opener, list, signal) {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    const field = element("div", {class: "ci-menu"}, opener, list);
    const show = (/** @type {boolean} */ yes) => {
        list.hidden = !yes;
        opener.setAttribute("aria-expanded", String(yes));
    };
    onEscape(() => {
        if (list.hidden) return false;
        show(false);
        opener.focus();
        return true;
    }, signal);
    const isIn = (/** @type {EventTarget | null} */ target) => target instanceof Node && field.contains(target);
    field.addEventListener("focusout", event => isIn(event.relatedTarget) || event.relatedTarget === null || show(false));
    list.addEventListener("click", event => {
        if (!(event.target instanceof Element && event.target.closest("button"))) return;
        if (list.contains(document.activeElement)) opener.focus();
        show(false);
    });
    document.addEventListener("pointerdown", event => isIn(event.target) || show(false), {signal});
    return {field, show, toggle: () => show(Boolean(list.hidden))};
}

/**
 * Esc closes what lies on top before it does anything else, such as dropping the selection or interrupting the host.
 * @param {() => boolean} close  false when there is nothing to close @param {AbortSignal} signal
 */
export function onEscape(close, signal) {
    window.addEventListener("keydown", event => {
        if (event.key !== "Escape" || !close()) return;
        event.preventDefault();
        event.stopImmediatePropagation();
    }, {capture: true, signal});
}
