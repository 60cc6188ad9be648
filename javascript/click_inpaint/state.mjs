// What the person asked for, and how it came about. Pure: every transition returns a new state, or the same one where
// nothing changes. The Edit's keys, defaults and ranges are those of click_inpaint/edit.py.

/** @typedef {import("./geometry.mjs").Point} Point */
/** @typedef {import("./geometry.mjs").Box} Box */
/** @typedef {{kind: string, [key: string]: any}} Step */
/**
 * @typedef {object} Edit
 * @property {1} version
 * @property {string} image  id that the upload answered, "" before
 * @property {readonly Step[]} selection
 * @property {{grow: number, feather: number, ramp: "linear"|"smooth"}} refine  picture pixels
 * @property {{mode: "masked"|"whole", padding: number}} area
 * @property {"original"|"telea"} fill
 * @property {{match: "auto"|"on"|"off"}} blend
 * @property {string} checkpoint  "auto", "current" or a checkpoint's name
 */
/**
 * @typedef {object} State
 * @property {Edit} edit
 * @property {readonly Edit[]} past    what undo goes back to, newest last
 * @property {readonly Edit[]} future  what redo goes on to, next last
 * @property {string} gesture   what is still being changed (a slider held down); its changes are one step of undo
 * @property {string} segmenter the one that new clicks and boxes use
 */

export const LIMITS = Object.freeze({
    grow: Object.freeze({low: -1024, high: 1024}),
    feather: Object.freeze({low: 0, high: 1024}),
    padding: Object.freeze({low: 0, high: 4096}),
});

/** @type {Edit} */
const EMPTY = Object.freeze({
    version: 1,
    image: "",
    selection: Object.freeze([]),
    refine: Object.freeze({grow: 8, feather: 8, ramp: "linear"}),
    area: Object.freeze({mode: "masked", padding: 32}),
    fill: "original",
    blend: Object.freeze({match: "auto"}),
    checkpoint: "auto",
});

/** @returns {State} */
export function initialState() {
    return {edit: EMPTY, past: [], future: [], gesture: "", segmenter: "auto"};
}

/**
 * Point at the object, or at what does not belong to it.
 * @param {State} state
 * @param {Point & {include?: boolean, newObject?: boolean}} click
 */
export function addClick(state, {x, y, include = true, newObject = false}) {
    return addStep(state, {kind: "click", x, y, include, new_object: newObject, ...prompted(state)});
}

/** Draw a box around the object; one without area changes nothing. @param {State} state @param {Box} box */
export function addBox(state, {x0, y0, x1, y1}) {
    if (!(x0 < x1 && y0 < y1)) return state;
    return addStep(state, {kind: "box", x0, y0, x1, y1, ...prompted(state)});
}

/** Select what is not selected. @param {State} state */
export function invert(state) {
    return addStep(state, {kind: "invert"});
}

/** Drop the selection, not the settings. @param {State} state */
export function clear(state) {
    return state.edit.selection.length ? changed(state, {selection: []}) : state;
}

/** @param {State} state @param {Partial<Edit["refine"]>} part @param {string} [gesture] */
export function setRefine(state, part, gesture = "") {
    return changed(state, {refine: {...state.edit.refine, ...part}}, gesture);
}

/** @param {State} state @param {Partial<Edit["area"]>} part @param {string} [gesture] */
export function setArea(state, part, gesture = "") {
    return changed(state, {area: {...state.edit.area, ...part}}, gesture);
}

/** @param {State} state @param {Edit["fill"]} fill */
export function setFill(state, fill) {
    return changed(state, {fill});
}

/** @param {State} state @param {Partial<Edit["blend"]>} part */
export function setBlend(state, part) {
    return changed(state, {blend: {...state.edit.blend, ...part}});
}

/** @param {State} state @param {string} checkpoint */
export function setCheckpoint(state, checkpoint) {
    return changed(state, {checkpoint});
}

/** Select again, and from now on, with another segmenter. @param {State} state @param {string} segmenter */
export function setSegmenter(state, segmenter) {
    const selection = state.edit.selection.map(step => isPrompt(step) ? {...step, segmenter, weights: "", candidate: 0} : step);
    return {...changed(state, {selection}), segmenter};
}

/** Another picture: the settings stay, the selection and its history go. @param {State} state @returns {State} */
export function newPicture(state) {
    return {...state, edit: {...state.edit, image: "", selection: []}, past: [], future: [], gesture: ""};
}

/**
 * The id under which the server knows the picture; no step of undo.
 * @param {State} state
 * @param {string} image
 * @returns {State}
 */
export function setImage(state, image) {
    if (state.edit.image === image) return state;
    const named = edit => ({...edit, image});
    return {...state, edit: named(state.edit), past: state.past.map(named), future: state.future.map(named)};
}

/** The gesture is over: the next change is a step of its own. @param {State} state @returns {State} */
export function settle(state) {
    return state.gesture ? {...state, gesture: ""} : state;
}

/** @param {State} state @returns {State} */
export function undo(state) {
    if (!state.past.length) return state;
    return restored(state, state.past.at(-1), state.past.slice(0, -1), [...state.future, state.edit]);
}

/** @param {State} state @returns {State} */
export function redo(state) {
    if (!state.future.length) return state;
    return restored(state, state.future.at(-1), [...state.past, state.edit], state.future.slice(0, -1));
}

/** @param {State} state @param {Step} step */
function addStep(state, step) {
    return changed(state, {selection: [...state.edit.selection, step]});
}

/** @param {State} state @param {Partial<Edit>} part @param {string} [gesture] @returns {State} */
function changed(state, part, gesture = "") {
    const edit = {...state.edit, ...part};
    if (JSON.stringify(edit) === JSON.stringify(state.edit)) return state;
    const goesOn = gesture !== "" && gesture === state.gesture;
    return {...state, edit, past: goesOn ? state.past : [...state.past, state.edit], future: [], gesture};
}

/**
 * @param {State} state
 * @param {Edit} edit
 * @param {readonly Edit[]} past
 * @param {readonly Edit[]} future
 * @returns {State}
 */
function restored(state, edit, past, future) {
    const segmenter = edit.selection.findLast(isPrompt)?.segmenter ?? state.segmenter;
    return {...state, edit, past, future, gesture: "", segmenter};
}

/** What clicks and boxes have in common. @param {State} state */
function prompted(state) {
    return {segmenter: state.segmenter, weights: "", candidate: 0};
}

/** @param {Step} step */
function isPrompt(step) {
    return step.kind === "click" || step.kind === "box";
}
