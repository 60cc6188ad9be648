// Steps that select areas without asking a segmenter, beyond what is drawn freehand; and the area around the picture that
// it is extended by. Pure, as edit/state.

import {NO_FRAME} from "./geometry.mjs";
import {LIMITS, addStep, changed} from "./state.mjs";

/**
 * @typedef {import("./state.mjs").State} State
 * @typedef {{kind: "wand", tolerance: number, contiguous: boolean, mode: "add" | "subtract" | "intersect"} & import("./geometry.mjs").Point} Wand
 * @typedef {import("./state.mjs").Step} Step
 * @typedef {import("./geometry.mjs").Frame} Frame
 * @typedef {{kind: "damage", sensitivity: number, smallest: number, mode: "add" | "subtract" | "intersect"}} Damage  what scratches, dust and creases are found
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

/** Extend the picture by so much on some of its sides; the others stay as they are. @param {State} state @param {Partial<Frame>} sides @param {string} [gesture] */
export function setFrame(state, sides, gesture = "") {
    const {low, high} = LIMITS.frame;
    const bounded = Object.entries(sides).map(([side, length]) => [side, Math.min(Math.max(Math.round(length), low), high)]);
    return changed(state, {frame: {...NO_FRAME, ...state.edit.frame, ...Object.fromEntries(bounded)}}, gesture);
}

/**
 * An Edit as it is on its result, which the frame has made larger: what was drawn lies where it lay, and nothing is extended
 * any more. Masks of the smaller picture go.
 * @template {Partial<import("./state.mjs").Edit>} E
 * @param {E} edit @returns {E}
 */
export function onExtended(edit) {
    const {frame, selection, area} = edit;
    if (!frame) return edit;
    const {left, top} = {...NO_FRAME, ...frame};
    const context = area?.context;
    return {...edit, frame: undefined, selection: selection?.filter(({kind}) => kind !== "mask").map(step => moved(step, left, top)),
        area: area && context ? {...area, context: [context[0] + left, context[1] + top, context[2] + left, context[3] + top]} : area};
}

/** @param {Step} step @param {number} dx @param {number} dy @returns {Step} */
function moved(step, dx, dy) {
    if (step.kind === "click" || step.kind === "wand") return {...step, x: step.x + dx, y: step.y + dy};
    if (step.kind === "box") return {...step, x0: step.x0 + dx, y0: step.y0 + dy, x1: step.x1 + dx, y1: step.y1 + dy};
    if (step.kind === "mask" || step.kind === "invert" || step.kind === "damage") return step;
    return {...step, points: step.points.map(([x, y]) => [x + dx, y + dy])};
}

/** What is searched for where nothing else was asked: the defaults of click_inpaint/steps.py. @type {Damage} */
const ANY_DAMAGE = Object.freeze({kind: "damage", sensitivity: 0.5, smallest: 4, mode: "add"});

/** The search for damage, where there is one. @param {{selection: State["edit"]["selection"]}} edit @returns {Damage | null} */
export function damageOf({selection}) {
    for (const step of selection) if (step.kind === "damage") return step;
    return null;
}

/** A selection that begins with the damage, so that the brush and the eraser correct it. @param {State["edit"]["selection"]} selection @returns {State["edit"]["selection"]} */
export function withDamage(selection) {
    return damageOf({selection}) ? selection : [ANY_DAMAGE, ...selection];
}

/** @param {State["edit"]["selection"]} selection @returns {State["edit"]["selection"]} */
export function withoutDamage(selection) {
    return damageOf({selection}) ? selection.filter(({kind}) => kind !== "damage") : selection;
}

/** Search more or less eagerly. @param {State} state @param {Partial<Pick<Damage, "sensitivity" | "smallest">>} asked @param {string} [gesture] */
export function setDamage(state, asked, gesture = "") {
    if (!damageOf(state.edit)) return state;
    return changed(state, {selection: state.edit.selection.map(step => step.kind === "damage" ? {...step, ...asked} : step)}, gesture);
}
