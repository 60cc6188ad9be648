// The tasks that people come for: what each sets, once, after which every control is the person's again. docs/TASKS.md
// argues the values. Pure: a task is one transition, and one step of undo, of the Edit and of the host's own values.

import {withDamage, withoutDamage} from "./areas.mjs";
import {FIRST_TINT, startOf} from "./colours.mjs";
import {MAX_PAST, framed, now} from "./state.mjs";

/** @typedef {import("./state.mjs").Edit} Edit */
/** @typedef {import("./state.mjs").State} State */
/** @typedef {import("./state.mjs").Moment} Moment */
/** @typedef {import("./colours.mjs").Start} Start */
/** @typedef {keyof typeof TASKS} TaskName */
/** @typedef {{denoising_strength?: number, steps?: number, cfg_scale?: number, width?: number, height?: number, sampler?: string, prompt?: string}} HostValues */
/**
 * @typedef {object} Task
 * @property {{[part in keyof Edit]?: Partial<Edit[part]>}} edit  what it sets in the Edit; the rest stays
 * @property {number} strength  the host's denoising strength
 * @property {number} weakest  denoising strength below which it hardly works
 * @property {number} strongest  and above which it does another task's work
 * @property {boolean} [others]  all but the selected object is painted
 * @property {boolean} [finds]  it begins with the damage that is found in the picture
 */

/** The first frame is a whole number of these: the cells in which the sampler paints. */
const FRAME_STEP_PX = 8;

export const TASKS = Object.freeze({
    replace: task({fill: "original", refine: {grow: 8, feather: 8}, area: {padding: 32}}, {strength: 1, weakest: 0.75}),
    remove: task({fill: "neutral", refine: {grow: 12, feather: 8}, area: {padding: 64}}, {strength: 1, weakest: 0.75}),
    recolour: task({fill: "original", tint: FIRST_TINT, refine: {grow: 2, feather: 4}, area: {padding: 32}}, {strength: 0.55, weakest: 0.4, strongest: 0.65}),
    add: task({fill: "neutral", refine: {grow: 0, feather: 8}, area: {padding: 64}}, {strength: 1, weakest: 0.75}),
    extend: task({fill: "original", refine: {feather: 32}, area: {padding: 128}}, {strength: 1, weakest: 0.75}),
    repair: task({fill: "telea", refine: {grow: 2, feather: 3}, area: {padding: 32}}, {strength: 0.4, weakest: 0.2, strongest: 0.6, finds: true}),
    background: task({fill: "noise", refine: {grow: 0, feather: 4}, area: {padding: 32}}, {strength: 1, weakest: 0.75, others: true}),
});

export const TASK_NAMES = /** @type {TaskName[]} */ (Object.keys(TASKS));

/** @param {Task["edit"]} edit @param {Omit<Task, "edit" | "strongest"> & {strongest?: number}} more @returns {Task} */
function task(edit, {strongest = 1, ...more}) {
    return Object.freeze({edit: Object.freeze({tint: "", ...edit}), strongest, ...more});
}

/** What a task sets in the host. @param {TaskName} name @returns {HostValues} */
export function hostValuesOf(name) {
    return {denoising_strength: TASKS[name].strength};
}

/**
 * Begin a task: what it sets is set, in one step of undo. One that paints all but the object turns the selection over,
 * and another one turns it back; one that is about damage searches for it, and another one leaves that.
 * @param {State} state @param {TaskName} name @param {import("./geometry.mjs").Size | null} [picture]  that Extend begins to extend @returns {State}
 */
export function beginTask(state, name, picture = null) {
    const {edit: {tint, ...edit}, others = false, finds = false} = TASKS[name];
    const without = state.task && TASKS[state.task].finds ? withoutDamage(state.edit.selection) : state.edit.selection;
    const selection = turned(finds ? withDamage(state.edit.selection) : without, others, isTurnedBy(state.task));
    const kept = tint && state.edit.tint || tint; // a colour that the person has chosen
    const frame = name === "extend" ? state.edit.frame ?? (picture ? firstFrame(picture) : undefined) : state.task === "extend" ? undefined : state.edit.frame;
    return step(state, framed({...merged(state.edit, edit), selection, tint: kept ?? "", frame}), {task: name, set: hostValuesOf(name)});
}

/** What is shown first of all that could be wanted: an eighth of the shorter side all around. @param {import("./geometry.mjs").Size} picture */
function firstFrame({width, height}) {
    const length = Math.max(FRAME_STEP_PX, Math.round(Math.min(width, height) / 8 / FRAME_STEP_PX) * FRAME_STEP_PX);
    return {left: length, top: length, right: length, bottom: length};
}

/** Set some of the host's values, in one step of undo. @param {State} state @param {HostValues} set @returns {State} */
export function setHost(state, set) {
    return step(state, state.edit, {task: state.task, set});
}

/**
 * Know what the host's controls say at present, so that undo brings that back. It changes nothing that can be undone.
 * @param {State} state @param {HostValues} present  at least what is set next @returns {State}
 */
export function noteHost(state, present) {
    const host = {...state.host, ...present};
    const knew = (/** @type {Moment} */ moment) => ({...moment, host: moment.host === state.host ? host : {...present, ...moment.host}});
    return {...state, host, past: state.past.map(knew), future: state.future.map(knew)};
}

/** The feather that goes with a task's own at another denoising strength: the less changes, the less there is to hide. @param {TaskName} name @param {number} strength */
export function featherAt(name, strength) {
    const {edit: {refine}, strength: own} = TASKS[name];
    return Math.round((refine?.feather ?? 0) * strength / own);
}

/**
 * The denoising strength was changed in the host: the feather goes along, unless it is the person's own by now. That is
 * no step of undo, since the host's change is none.
 * @param {State} state @param {number} before @param {number} strength @returns {State}
 */
export function followStrength(state, before, strength) {
    const {task, edit} = state;
    if (!task || edit.refine.feather !== featherAt(task, before)) return state;
    const feather = featherAt(task, strength);
    return feather === edit.refine.feather ? state : {...state, edit: {...edit, refine: {...edit.refine, feather}}};
}

/** Whether what is selected is what stays: the selection is turned over an odd number of times. @param {Edit["selection"]} selection */
export function isTurned(selection) {
    return selection.filter(({kind}) => kind === "invert").length % 2 === 1;
}

/** @param {State["task"]} task */
function isTurnedBy(task) {
    return task !== "" && Boolean(TASKS[task].others);
}

/** @param {Edit["selection"]} selection @param {boolean} over  whether it shall be turned over @param {boolean} byTask  the last turn was a task's @returns {Edit["selection"]} */
function turned(selection, over, byTask) {
    if (over) return selection.length && !isTurned(selection) ? [...selection, {kind: "invert"}] : selection;
    return byTask && selection.at(-1)?.kind === "invert" ? selection.slice(0, -1) : selection;
}

/** @param {Edit} edit @param {Task["edit"]} parts @returns {Edit} */
function merged(edit, parts) {
    const whole = Object.entries(parts).map(([key, part]) => [key, typeof part === "object" ? {.../** @type {any} */ (edit)[key], ...part} : part]);
    return {...edit, ...Object.fromEntries(whole)};
}

/** @param {State} state @param {Edit} edit @param {{task: State["task"], set: HostValues}} more @returns {State} */
function step(state, edit, {task, set}) {
    return {...state, edit, task, host: {...state.host, ...set}, past: [...state.past.slice(1 - MAX_PAST), now(state)], future: [], gesture: ""};
}

/**
 * What a step has changed, as it can be shown: a length in px, a fill, the denoising strength.
 * @typedef {{name: "grow" | "feather" | "padding", from: number, to: number} | {name: "fill", from: Start, to: Start}
 *     | {name: "denoising_strength", from: number | undefined, to: number}} Change
 * @param {State} before @param {State} after @returns {Change[]}
 */
export function changesBetween(before, after) {
    const strength = after.host?.denoising_strength ?? 0;
    /** @type {Change[]} */
    const all = [
        {name: "denoising_strength", from: before.host?.denoising_strength, to: strength},
        {name: "fill", from: startOf(before.edit), to: startOf(after.edit)},
        {name: "grow", from: before.edit.refine.grow, to: after.edit.refine.grow},
        {name: "feather", from: before.edit.refine.feather, to: after.edit.refine.feather},
        {name: "padding", from: before.edit.area.padding, to: after.edit.area.padding},
    ];
    return all.filter(({from, to}) => from !== to);
}
