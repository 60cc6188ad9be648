// What stands under the mask before sampling, and in which colours: transitions of the state, pure as those in state.mjs.

import {addStep, changed, pair} from "./state.mjs";

/** @typedef {import("./state.mjs").State} State */
/** @typedef {import("./state.mjs").Edit} Edit */
/** @typedef {import("./geometry.mjs").Point} Point */
/** @typedef {{colour: string, opacity: number}} Ink  "#rrggbb", 0…1 */
/**
 * A stroke in a colour. Selects: it is part of the selection, too.
 * @typedef {{kind: "paint", points: [number, number][], radius: number, selects: boolean} & Ink} Paint
 */

/** What painting starts from, as a person chooses it. @typedef {Edit["fill"] | "tint"} Start */

export const FIRST_TINT = "#b02a2a";

/** @param {Pick<Edit, "fill" | "tint">} edit @returns {Start} */
export function startOf({fill, tint}) {
    return tint ? "tint" : fill;
}

/** Start from this, and no longer from the picture recoloured. @param {State} state @param {Edit["fill"]} fill */
export function setFill(state, fill) {
    return changed(state, {fill, tint: ""});
}

/** @param {State} state @param {string} colour  "#rrggbb" @param {string} [gesture] */
export function setFillColour(state, colour, gesture = "") {
    return changed(state, {fill_colour: colour}, gesture);
}

/** Start from the picture, recoloured. @param {State} state @param {string} tint  "#rrggbb" @param {string} [gesture] */
export function setTint(state, tint, gesture = "") {
    return changed(state, {fill: "original", tint}, gesture);
}

/** @param {State} state @param {number} amount  0…1 @param {string} [gesture] */
export function setTintAmount(state, amount, gesture = "") {
    return changed(state, {tint_amount: amount}, gesture);
}

/**
 * Paint a stroke in a colour. Where nothing is selected, or nothing but what was painted, it is selected, too.
 * @param {State} state @param {readonly Point[]} points @param {number} radius @param {Ink} ink
 */
export function addPaint(state, points, radius, {colour, opacity}) {
    if (!points.length) return state;
    const selects = state.edit.selection.every(({kind}) => kind === "paint");
    return addStep(state, {kind: "paint", points: points.map(pair), radius, colour, opacity, selects});
}
