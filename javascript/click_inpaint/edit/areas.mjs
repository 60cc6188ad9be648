// Steps that select areas without asking a segmenter, beyond what is drawn freehand. Pure, as edit/state.

import {addStep, changed} from "./state.mjs";

/**
 * @typedef {import("./state.mjs").State} State
 * @typedef {{kind: "wand", tolerance: number, contiguous: boolean, mode: "add" | "subtract" | "intersect"} & import("./geometry.mjs").Point} Wand
 * @typedef {Pick<Wand, "tolerance" | "contiguous">} Reach  how alike a colour must be, and whether it must be joined
 */

/** What has the colour of one place. @param {State} state @param {import("./geometry.mjs").Point} at @param {Reach} reach @param {Wand["mode"]} [mode] */
export function addWand(state, {x, y}, {tolerance, contiguous}, mode = "add") {
    return addStep(state, {kind: "wand", x, y, tolerance, contiguous, mode});
}

/** The wand that was used last, where no other step came after it. @param {State} state @returns {Wand | null} */
export function lastWand({edit: {selection}}) {
    const step = selection.at(-1);
    return step?.kind === "wand" ? step : null;
}

/** Let the wand that was used last reach further, or less far. @param {State} state @param {Partial<Reach>} reach @param {string} [gesture] */
export function setReach(state, reach, gesture = "") {
    const last = lastWand(state);
    if (!last) return state;
    return changed(state, {selection: [...state.edit.selection.slice(0, -1), {...last, ...reach}]}, gesture);
}
