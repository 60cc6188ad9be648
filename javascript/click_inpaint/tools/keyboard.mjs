// Keys, as what they mean. They are ours only while the person is at the canvas or the panel, or points at the canvas,
// and never while somebody types.

import {isTyping} from "../dom/focus.mjs";
import {isGenerating} from "../host/page.mjs";

/**
 * @typedef {object} Keys
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => boolean} escape  false when there was nothing to drop
 * @property {(across: number, down: number, fine: boolean) => void} move  the crosshair, in directions
 * @property {(how: {include: boolean, newObject: boolean}) => void} press  at the crosshair
 * @property {() => void} grab  Space is held
 * @property {() => {held: boolean, used: boolean}} letGo  of it; tells whether it was held, and moved the view
 * @property {(letter: string, shift: boolean) => boolean} letter  a key that stands for itself; false when it means nothing
 */

const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
/** What takes letters, digits and Space itself. */
const TAKES_KEYS = "select";
/** What Space presses. */
const TAKES_SPACE = "button, summary, a, label, input:not([type=range])";

/**
 * @param {import("../dom/focus.mjs").Focus} focus @param {HTMLCanvasElement} canvas @param {Keys} keys
 * @param {AbortSignal} signal
 */
export function onKeys(focus, canvas, keys, signal) {
    const isOver = () => canvas.matches(":hover");
    const isOurs = () => !isTyping() && (focus.isOurs || isOver());
    /** Over the canvas it moves the view, whatever of ours was pressed before. */
    const isSpaceOurs = () => isOver() ? focus.isOurs || !document.activeElement?.matches(TAKES_SPACE) : document.activeElement === canvas;
    const taken = (event, meant) => {
        if (!meant) return;
        event.preventDefault();
        event.stopPropagation(); // the host has shortcuts of its own: Alt+Enter skips, Esc interrupts
    };
    document.addEventListener("keydown", event => taken(event, isOurs() && shortcut(event, keys, isSpaceOurs)), {capture: true, signal});
    document.addEventListener("keyup", event => {
        if (event.key !== " ") return;
        const {held, used} = keys.letGo();
        if (held) event.preventDefault(); // a button that has the focus would be pressed by the release, in Firefox
        if (held && !used && document.activeElement === canvas) keys.press(how(event));
    }, {capture: true, signal});
    window.addEventListener("blur", () => keys.letGo(), {signal});
    canvas.addEventListener("keydown", event => taken(event, onCanvas(event, keys)));
}

/** @returns {boolean} whether the key meant something */
function shortcut(event, keys, isSpaceOurs) {
    const key = event.key.toLowerCase();
    const focus = document.activeElement;
    if (focus?.closest("dialog, [role=dialog]")) return false; // what lies over the picture
    if (key === "escape") return !isGenerating() && !focus?.matches("select") && keys.escape();
    if (event.altKey) return false;
    if (!event.ctrlKey && !event.metaKey) return !focus?.matches(TAKES_KEYS) && plain(event, keys, isSpaceOurs);
    if (key === "y" || (key === "z" && event.shiftKey)) keys.redo();
    else if (key === "z") keys.undo();
    else return false;
    return true;
}

function plain(event, keys, isSpaceOurs) {
    if (event.key !== " ") return keys.letter(event.key.toLowerCase(), event.shiftKey);
    if (!isSpaceOurs()) return false;
    keys.grab();
    return true;
}

/** @returns {boolean} whether the key meant something */
function onCanvas(event, keys) {
    if (event.ctrlKey || event.metaKey) return false; // Ctrl+Enter generates
    const arrow = ARROWS[event.key];
    if (arrow) keys.move(arrow[0], arrow[1], event.shiftKey);
    else if (event.key === "Enter") event.repeat || keys.press(how(event)); // held on a button that was, it came here
    else return false;
    return true;
}

function how({altKey, shiftKey}) {
    return {include: !altKey, newObject: shiftKey};
}
