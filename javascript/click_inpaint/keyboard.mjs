// Keys, as what they mean. They are ours only while the canvas or the panel has the focus or the pointer, and never
// while somebody types.

import {isGenerating} from "./host.mjs";

/**
 * @typedef {object} Keys
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => boolean} escape  false when there was nothing to drop
 * @property {(across: number, down: number, fine: boolean) => void} move  the crosshair, in directions
 * @property {(how: {include: boolean, newObject: boolean}) => void} press  at the crosshair
 * @property {(held: boolean) => boolean} space  is held, or let go; false when it did nothing while it was held
 * @property {(letter: string, shift: boolean) => boolean} letter  a key that stands for itself; false when it means nothing
 */

const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const TYPED = "textarea, input:not([type=range], [type=radio], [type=checkbox], [type=button], [type=file]), [contenteditable=true]";
/** What takes letters, digits or Space itself. */
const TAKES_KEYS = "select, input, dialog *";
const TAKES_SPACE = "button, summary, a, label";

/** Whether the focus is where text is typed. */
export function isTyping() {
    return document.activeElement?.matches(TYPED) ?? false;
}

/** @param {HTMLElement} root @param {HTMLCanvasElement} canvas @param {Keys} keys @param {AbortSignal} signal */
export function onKeys(root, canvas, keys, signal) {
    const isOurs = () => !isTyping() && (root.contains(document.activeElement) || canvas.matches(":hover"));
    const taken = (event, meant) => {
        if (!meant) return;
        event.preventDefault();
        event.stopPropagation(); // the host has shortcuts of its own: Alt+Enter skips, Esc interrupts
    };
    document.addEventListener("keydown", event => taken(event, isOurs() && shortcut(event, keys)), {capture: true, signal});
    document.addEventListener("keyup", event => {
        if (event.key === " " && !keys.space(false) && document.activeElement === canvas) keys.press(how(event));
    }, {capture: true, signal});
    window.addEventListener("blur", () => keys.space(false), {signal});
    canvas.addEventListener("keydown", event => taken(event, onCanvas(event, keys)));
}

/** @returns {boolean} whether the key meant something */
function shortcut(event, keys) {
    const key = event.key.toLowerCase();
    const focus = document.activeElement;
    if (focus?.matches("dialog *")) return false;
    if (key === "escape") return !isGenerating() && !focus?.matches("select") && keys.escape();
    if (event.altKey) return false;
    if (!event.ctrlKey && !event.metaKey) return !focus?.matches(TAKES_KEYS) && plain(event, focus, keys);
    if (key === "y" || (key === "z" && event.shiftKey)) keys.redo();
    else if (key === "z") keys.undo();
    else return false;
    return true;
}

function plain(event, focus, keys) {
    if (event.key !== " ") return keys.letter(event.key.toLowerCase(), event.shiftKey);
    if (focus?.matches(TAKES_SPACE)) return false;
    keys.space(true);
    return true;
}

/** @returns {boolean} whether the key meant something */
function onCanvas(event, keys) {
    if (event.ctrlKey || event.metaKey) return false; // Ctrl+Enter generates
    const arrow = ARROWS[event.key];
    if (arrow) keys.move(arrow[0], arrow[1], event.shiftKey);
    else if (event.key === "Enter") keys.press(how(event));
    else return false;
    return true;
}

function how({altKey, shiftKey}) {
    return {include: !altKey, newObject: shiftKey};
}
