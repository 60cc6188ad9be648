// What stands under the mask before sampling, and in which colours: transitions of the state, pure as those in state.mjs.

import {changed} from "./state.mjs";

/** @typedef {import("./state.mjs").State} State */
/** @typedef {import("./state.mjs").Edit} Edit */

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
