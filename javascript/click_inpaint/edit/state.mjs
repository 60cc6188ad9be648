// What the person asked for, and the history of it. Pure: every transition returns a new state, or the same one where
// nothing changes. The Edit's keys, defaults and ranges are those of click_inpaint/edit.py.

/** @typedef {import("./geometry.mjs").Point} Point */
/** @typedef {import("./geometry.mjs").Box} Box */
/**
 * The steps of a selection, in picture pixels.
 * @typedef {{segmenter: string, weights: string, candidate: number}} Prompted  what clicks and boxes have in common
 * @typedef {{kind: "click", include: boolean, new_object: boolean} & Point & Prompted} Click
 * @typedef {{kind: "box"} & Box & Prompted} BoxStep
 * @typedef {{kind: "stroke", points: [number, number][], radius: number, mode: "brush" | "eraser"}} Stroke
 * @typedef {{kind: "lasso", points: [number, number][], mode: "add" | "subtract" | "intersect"}} Lasso
 * @typedef {{kind: "mask", image: string, mode: "add" | "subtract" | "intersect" | "replace", soft: boolean}} UploadedMask  soft: used as it is, greys and all
 * @typedef {Click | BoxStep | Stroke | import("./colours.mjs").Paint | Lasso | import("./areas.mjs").Wand | import("./areas.mjs").Damage | UploadedMask | {kind: "invert"}} Step
 */
/**
 * @typedef {object} Edit
 * @property {1} version
 * @property {string} image  id that the upload answered, "" before
 * @property {readonly Step[]} selection
 * @property {{grow: number, feather: number, ramp: "linear"|"smooth", specks: number, holes: number, smooth: number}} refine
 *     picture pixels, specks and holes square ones
 * @property {{mode: "masked"|"whole"|"each"|"twice", padding: number, context: [number, number, number, number] | null, prompts: readonly string[]}} area  context: x0, y0, x1, y1; prompts: those of the objects, for "each"
 * @property {import("./geometry.mjs").Frame | undefined} [frame]  pixels that each side is extended by; there only where one is
 * @property {"original"|"neutral"|"border"|"telea"|"patches"|"colour"|"noise"|"nothing"} fill
 * @property {string} fill_colour  "#rrggbb", for the fill "colour"
 * @property {string} tint  "#rrggbb", which recolours what is under the mask after the fill; "" for none
 * @property {number} tint_amount  0…1
 * @property {{match: "auto"|"on"|"off"}} blend
 * @property {string} checkpoint  "auto", "auto-family", "current" or a checkpoint's name @property {string} upscaler  of the host's, "" for none
 * @property {string} shown  digest of the mask that the person sees; filled in as the Edit is sent off
 */
/**
 * @typedef {object} Moment  what undo brings back
 * @property {Edit} edit
 * @property {string} segmenter the one that new clicks and boxes use
 * @property {import("./tasks.mjs").TaskName | ""} task
 * @property {import("./tasks.mjs").HostValues | null} host  what we have set of the host's own values, null before the first
 *
 * @typedef {object} History
 * @property {readonly Moment[]} past    what undo goes back to, newest last
 * @property {readonly Moment[]} future  what redo goes on to, next last
 * @property {string} gesture   what is still being changed (a slider held down); its changes are one step of undo
 *
 * @typedef {Moment & History} State
 */

export const LIMITS = Object.freeze({
    grow: Object.freeze({low: -1024, high: 1024}),
    feather: Object.freeze({low: 0, high: 1024}),
    padding: Object.freeze({low: 0, high: 4096}),
    smooth: Object.freeze({low: 0, high: 64}),
    specks: Object.freeze({low: 0, high: 100_000}),
    holes: Object.freeze({low: 0, high: 100_000}),
    radius: Object.freeze({low: 0.5, high: 4096}), frame: Object.freeze({low: 0, high: 8192}),
});

/** Edits that undo can go back to. */
export const MAX_PAST = 1000;

/** @type {Edit} */
const EMPTY = Object.freeze({
    version: 1,
    image: "",
    selection: Object.freeze([]),
    refine: Object.freeze({grow: 8, feather: 8, ramp: "linear", specks: 0, holes: 0, smooth: 0}),
    area: Object.freeze({mode: "masked", padding: 32, context: null, prompts: Object.freeze([])}),
    fill: "original",
    fill_colour: "#7f7f7f",
    tint: "",
    tint_amount: 1,
    blend: Object.freeze({match: "auto"}),
    checkpoint: "auto", upscaler: "",
    shown: "",
});

/** @returns {State} */
export function initialState() {
    return {edit: EMPTY, segmenter: "auto", task: "", host: null, past: [], future: [], gesture: ""};
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

/**
 * Paint a stroke, or erase along one.
 * @param {State} state @param {readonly Point[]} points @param {number} radius @param {Stroke["mode"]} [mode]
 */
export function addStroke(state, points, radius, mode = "brush") {
    return points.length ? addStep(state, {kind: "stroke", points: points.map(pair), radius, mode}) : state;
}

/** Enclose an area, or take one away. @param {State} state @param {readonly Point[]} points @param {Lasso["mode"]} [mode] */
export function addLasso(state, points, mode = "add") {
    return points.length > 2 ? addStep(state, {kind: "lasso", points: points.map(pair), mode}) : state;
}

/** Another picture's light pixels, by its id on the server. @param {State} state @param {string} image @param {UploadedMask["mode"]} [mode] @param {boolean} [soft] */
export function addMask(state, image, mode = "add", soft = false) {
    return addStep(state, {kind: "mask", image, mode, soft});
}

/** Use a loaded mask as it is, or cut it at half and refine it. @param {State} state @param {number} index @param {boolean} soft */
export function setSoft(state, index, soft) {
    return changed(state, {selection: state.edit.selection.map((step, at) => at === index && step.kind === "mask" ? {...step, soft} : step)});
}

/** Take one step out, wherever it stands. @param {State} state @param {number} index */
export function removeStep(state, index) {
    return removeSteps(state, [index]);
}

/** Take some steps out. @param {State} state @param {readonly number[]} indices */
export function removeSteps(state, indices) {
    return changed(state, {selection: withoutSteps(state.edit.selection, indices)});
}

/** The steps without some of them; what stays keeps pointing at the objects that it pointed at. @param {readonly Step[]} before @param {readonly number[]} indices */
export function withoutSteps(before, indices) {
    const objects = objectsOf(before);
    const kept = before.map((step, at) => ({step, object: objects[at]})).filter((_, at) => !indices.includes(at));
    return kept.map(({step, object}, at) => {
        const follows = at > 0 && isPrompt(kept[at - 1].step) && kept[at - 1].object !== object;
        return step.kind === "click" && follows && !step.new_object ? {...step, new_object: true} : step;
    });
}

/** Choose another of the answers to the clicks or box that end with this step. @param {State} state @param {number} index @param {number} candidate */
export function setCandidate(state, index, candidate) {
    return changed(state, {selection: state.edit.selection.map((step, at) => at === index ? {...step, candidate} : step)}, `candidate ${index}`);
}

/** Select what is not selected. @param {State} state */
export function invert(state) {
    return addStep(state, {kind: "invert"});
}

/** Drop what was drawn, not the settings. @param {State} state */
export function clear(state) {
    return changed(state, {selection: [], area: {...state.edit.area, context: null}});
}

/** @param {State} state @param {Partial<Edit["refine"]>} part @param {string} [gesture] */
export function setRefine(state, part, gesture = "") {
    return changed(state, {refine: {...state.edit.refine, ...part}}, gesture);
}

/** @param {State} state @param {Partial<Edit["area"]>} part @param {string} [gesture] */
export function setArea(state, part, gesture = "") {
    return changed(state, {area: {...state.edit.area, ...part}}, gesture);
}

/** @param {State} state @param {Partial<Edit["blend"]>} part */
export function setBlend(state, part) {
    return changed(state, {blend: {...state.edit.blend, ...part}});
}

/** @param {State} state @param {Partial<Pick<Edit, "checkpoint" | "upscaler">>} models */
export function setModels(state, models) {
    return changed(state, models);
}

/** Select again, and from now on, with another segmenter. @param {State} state @param {string} segmenter */
export function setSegmenter(state, segmenter) {
    const selection = state.edit.selection.map(step => isPrompt(step) ? {...step, segmenter, weights: "", candidate: 0} : step);
    return {...changed(state, {selection}), segmenter};
}

/** Another picture: the settings stay; what was drawn on the one before, and its history, go. @param {State} state @returns {State} */
export function newPicture(state) {
    const area = {...state.edit.area, context: null, prompts: []};
    return {...state, edit: framed({...state.edit, image: "", selection: [], area, frame: undefined}), host: null, past: [], future: [], gesture: ""};
}

/** Take over another Edit whole, but for the picture that is open; no task is known of it. @param {State} state @param {Partial<Edit>} edit @returns {State} */
export function adopt(state, edit) {
    return {...changed(state, {frame: edit.frame, ...completed(edit), image: state.edit.image}), task: ""};
}

/**
 * A state that was kept, as it can be used now; null where an older version of the page left an Edit of another shape.
 * A history of another shape goes alone.
 * @param {any} kept @returns {State | null}
 */
export function revived(kept) {
    if (!isMoment(kept)) return null;
    const {edit, segmenter, task = "", host = null, past, future} = kept;
    const isKnown = [past, future].every(moments => Array.isArray(moments) && moments.every(isMoment));
    return {edit, segmenter, task, host, gesture: "", past: isKnown ? past : [], future: isKnown ? future : []};
}

/** @param {any} kept */
function isMoment(kept) {
    return isCurrent(kept?.edit) && typeof kept.segmenter === "string";
}

/** Whether this Edit has just the keys that an Edit has now. @param {any} edit */
export function isCurrent(edit) {
    const keysOf = (/** @type {object} */ value) => Object.keys(value).filter(key => key !== "frame").sort().join();
    return typeof edit === "object" && edit !== null && JSON.stringify(shapeOf(edit, keysOf)) === JSON.stringify(shapeOf(EMPTY, keysOf));
}

/**
 * The id under which the server knows the picture; no step of undo.
 * @param {State} state
 * @param {string} image
 * @returns {State}
 */
export function setImage(state, image) {
    if (state.edit.image === image) return state;
    const named = (/** @type {Moment} */ moment) => ({...moment, edit: {...moment.edit, image}});
    return {...state, ...named(now(state)), past: state.past.map(named), future: state.future.map(named)};
}

/** The gesture is over: the next change is a step of its own. @param {State} state @returns {State} */
export function settle(state) {
    return state.gesture ? {...state, gesture: ""} : state;
}

/** @param {State} state @returns {State} */
export function undo(state) {
    if (!state.past.length) return state;
    return {...state, ...state.past.at(-1), past: state.past.slice(0, -1), future: [...state.future, now(state)], gesture: ""};
}

/** @param {State} state @returns {State} */
export function redo(state) {
    if (!state.future.length) return state;
    return {...state, ...state.future.at(-1), past: [...state.past, now(state)], future: state.future.slice(0, -1), gesture: ""};
}

/** @param {State} state @param {Step} step */
export function addStep(state, step) {
    return changed(state, {selection: [...state.edit.selection, step]});
}

/** One step of undo, or more of one that goes on. @param {State} state @param {Partial<Edit>} part @param {string} [gesture] @returns {State} */
export function changed(state, part, gesture = "") {
    const edit = framed({...state.edit, ...part});
    if (JSON.stringify(edit) === JSON.stringify(state.edit)) return state;
    const goesOn = gesture !== "" && gesture === state.gesture;
    const past = goesOn ? state.past : [...state.past.slice(1 - MAX_PAST), now(state)];
    return {...state, edit, past, future: [], gesture};
}

/** The Edit, whose frame is there only where it adds something: saved Edits and their digests are those of before there was one. @param {Edit} edit @returns {Edit} */
export const framed = ({frame, ...edit}) => frame && Object.values(frame).some(Boolean) ? {...edit, frame} : edit;

/** What undo would bring back. @param {State} state @returns {Moment} */
export function now({edit, segmenter, task, host}) {
    return {edit, segmenter, task, host};
}

/** With its defaults, and without what no Edit has. @param {Partial<Edit>} edit @returns {Edit} */
function completed({selection = EMPTY.selection, refine, area, blend, ...rest}) {
    const settings = Object.entries(rest).filter(([key, value]) => key in EMPTY && value !== undefined);
    return {...EMPTY, ...Object.fromEntries(settings), selection, refine: {...EMPTY.refine, ...refine}, area: {...EMPTY.area, ...area},
        blend: {...EMPTY.blend, ...blend}, shown: ""};
}

/** @param {any} edit @param {(value: object) => string} keysOf */
function shapeOf(edit, keysOf) {
    return [edit.version, keysOf(edit), ...["refine", "area", "blend"].map(part => keysOf(edit[part] ?? {})), Array.isArray(edit.selection)];
}

/** For each step a number that the clicks and boxes of one object share. @param {readonly Step[]} steps @returns {number[]} */
export function objectsOf(steps) {
    let object = 0;
    return steps.map((step, at) => {
        const goesOn = step.kind === "click" && !step.new_object && at > 0 && isPrompt(steps[at - 1]);
        return goesOn ? object : ++object;
    });
}

/** @param {State} state @returns {Prompted} */
function prompted(state) {
    return {segmenter: state.segmenter, weights: "", candidate: 0};
}

/** @param {Point} point @returns {[number, number]} */
export function pair({x, y}) {
    return [x, y];
}

/** @param {Step} step @returns {step is Click | BoxStep} */
export function isPrompt(step) {
    return step.kind === "click" || step.kind === "box";
}
