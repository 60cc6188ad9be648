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
 */

const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const TYPED = "textarea, input:not([type=range], [type=radio], [type=checkbox], [type=button], [type=file]), [contenteditable=true]";

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
    canvas.addEventListener("keydown", event => taken(event, onCanvas(event, keys)));
}

/** @returns {boolean} whether the key meant something */
function shortcut(event, keys) {
    const key = event.key.toLowerCase();
    if (key === "escape") return !isGenerating() && !document.activeElement?.matches("select") && keys.escape();
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
    if (key === "y" || (key === "z" && event.shiftKey)) keys.redo();
    else if (key === "z") keys.undo();
    else return false;
    return true;
}

/** @returns {boolean} whether the key meant something */
function onCanvas(event, keys) {
    if (event.ctrlKey || event.metaKey) return false; // Ctrl+Enter generates
    const arrow = ARROWS[event.key];
    if (arrow) keys.move(arrow[0], arrow[1], event.shiftKey);
    else if (event.key === "Enter" || event.key === " ") keys.press({include: !event.altKey, newObject: event.shiftKey});
    else return false;
    return true;
}
