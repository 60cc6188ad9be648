// Turns keys into actions. They are ours only while the person works at the canvas or the panel, or points at the canvas,
// and never while somebody types.

import {isTyping} from "../dom/focus.mjs";
import {isGenerating} from "../host/page.mjs";

/**
 * @typedef {object} KeyHandler
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => boolean} escape  false where there was nothing to give up
 * @property {(across: number, down: number, fine: boolean) => void} move  the crosshair, in directions
 * @property {(how: {include: boolean, newObject: boolean}) => void} press  at the crosshair
 * @property {() => void} grab  Space is held
 * @property {() => {held: boolean, used: boolean}} letGo  of Space; tells whether it was held, and moved the view
 * @property {(letter: string, shift: boolean) => boolean} letter  any other key; false where it does nothing
 */

/** @type {Record<string, [across: number, down: number]>} */
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
/** Controls that take letters, digits and Space themselves. */
const TAKES_KEYS = "select";
/** Controls that Space presses. */
const TAKES_SPACE = "button, summary, a, label, input:not([type=range])";

/**
 * @param {import("../dom/focus.mjs").Focus} focus @param {HTMLCanvasElement} canvas @param {KeyHandler} keys
 * @param {AbortSignal} signal
 */
export function onKeys(focus, canvas, keys, signal) {
    const isOver = () => canvas.matches(":hover");
    const isOurs = () => !isTyping() && (focus.isOurs || isOver());
    /** Over the canvas, Space moves the view, whichever of our buttons was pressed before. */
    const isSpaceOurs = () => isOver() ? focus.isOurs || !document.activeElement?.matches(TAKES_SPACE) : document.activeElement === canvas;
    /** @param {KeyboardEvent} event @param {boolean} isUsed */
    const take = (event, isUsed) => {
        if (!isUsed) return;
        event.preventDefault();
        event.stopPropagation(); // the host has shortcuts of its own: Alt+Enter skips, Esc interrupts
    };
    document.addEventListener("keydown", event => take(event, isOurs() && shortcut(event, keys, isSpaceOurs)), {capture: true, signal});
    document.addEventListener("keyup", event => {
        if (event.key !== " ") return;
        const {held, used} = keys.letGo();
        if (held) event.preventDefault(); // a button that has the focus would be pressed by the release, in Firefox
        if (held && !used && document.activeElement === canvas) keys.press(how(event));
    }, {capture: true, signal});
    window.addEventListener("blur", () => keys.letGo(), {signal});
    canvas.addEventListener("keydown", event => take(event, onCanvas(event, keys)));
}

/** @param {KeyboardEvent} event @param {KeyHandler} keys @param {() => boolean} isSpaceOurs @returns {boolean} whether the key did something */
function shortcut(event, keys, isSpaceOurs) {
    const key = event.key.toLowerCase();
    const focus = document.activeElement;
    if (focus?.closest("dialog, [role=dialog]")) return false; // a dialog over the picture has its own keys
    if (key === "escape") return !isGenerating() && !focus?.matches("select") && keys.escape();
    if (event.altKey) return false;
    if (!event.ctrlKey && !event.metaKey) return !focus?.matches(TAKES_KEYS) && plain(event, keys, isSpaceOurs);
    if (key === "y" || (key === "z" && event.shiftKey)) keys.redo();
    else if (key === "z") keys.undo();
    else return false;
    return true;
}

/** A key without Ctrl or Alt. @param {KeyboardEvent} event @param {KeyHandler} keys @param {() => boolean} isSpaceOurs */
function plain(event, keys, isSpaceOurs) {
    if (event.key !== " ") return keys.letter(event.key.toLowerCase(), event.shiftKey);
    if (!isSpaceOurs()) return false;
    keys.grab();
    return true;
}

/** @param {KeyboardEvent} event @param {KeyHandler} keys @returns {boolean} whether the key did something */
function onCanvas(event, keys) {
    if (event.ctrlKey || event.metaKey) return false; // Ctrl+Enter generates
    const arrow = ARROWS[event.key];
    if (arrow) keys.move(arrow[0], arrow[1], event.shiftKey);
    // Where the key is held it was pressed on a button, which has given the focus to the canvas since.
    else if (event.key === "Enter") event.repeat || keys.press(how(event));
    else return false;
    return true;
}

/** @param {KeyboardEvent} event */
function how({altKey, shiftKey}) {
    return {include: !altKey, newObject: shiftKey};
}
