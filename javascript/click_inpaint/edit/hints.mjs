// Where a setting and a task do not fit: what a person is told under the canvas, one thing at a time, and what one press
// would set. docs/TASKS.md argues the bounds. Pure: all that it looks at is given.

import {TASKS, hostValuesOf} from "./tasks.mjs";

/** @typedef {import("./tasks.mjs").HostValues} HostValues */
/** @typedef {import("./tasks.mjs").TaskName} TaskName */
/** @typedef {import("./mask.mjs").Header} Header */
/** @typedef {import("./geometry.mjs").Frame} Frame */
/** @typedef {"tooWeak" | "tooStrong" | "noPrompt" | "vaguePrompt" | "emptyRemoval" | "largeMask" | "wideMask" | "family"} HintName */
/**
 * @typedef {object} Hint
 * @property {HintName} name
 * @property {HostValues} set  what a press sets; where it is empty, a press leads to the prompt
 * @property {Offer[]} [offers]  where there are several ways, each with a press of its own
 *
 * @typedef {object} Offer
 * @property {"rounds" | "twice" | "padding" | "size"} name
 * @property {Frame[]} [rounds]  of an extension, each on the result of the one before it
 * @property {HostValues} [set]  in the host
 * @property {Partial<import("./state.mjs").Edit["area"]>} [area]  in the Edit
 *
 * @typedef {object} Seen
 * @property {TaskName | ""} task
 * @property {HostValues} host  what the host's controls say
 * @property {{mode: string, padding: number}} [area]  of the Edit
 * @property {Frame[]} [rounds]  in which the picture could be extended
 * @property {boolean} [keeps]  what is selected is what stays
 * @property {Header | null} header  of the preview; null where nothing is selected
 * @property {string} family  of the checkpoint that will paint, "" where it is not known
 */

/** The prompt that is offered where something is to go. */
export const BACKGROUND = "background";
/** Words that say nothing about what should be there, in the language that the checkpoints were trained on. */
const EMPTY_WORDS = new Set(("a an the some any something anything thing things stuff object item it this that else other another different new "
    + "nice good great better best beautiful pretty cool awesome amazing lovely perfect interesting whatever please make put add change replace with to "
    + "here there very really more image picture photo").split(" "));
/**
 * Beyond this a mask leaves too little to go by: the wide masks on which LaMa was measured, whose strategy Stable Diffusion
 * 2's training follows, cover at most half, and in 95 of 100 no pixel is further than 0.4 sides from what stays.
 */
const WIDE = {share: 0.5, reach: 0.4};
const PADDING_STEP_PX = 32;
const MOST_PADDING_PX = 4096;
/** Below this the area is painted so much smaller than it is that detail is lost: LOW_ZOOM of click_inpaint/advice.py. */
const LOW_ZOOM = 0.5;
const SIDE_STEP_PX = 64;
/** The largest side that is offered, by family: each was trained at a size of its own and doubles things far above it. */
const LARGEST_PX = /** @type {Record<string, number>} */ ({SD1: 768, SD2: 768});
const LARGEST_OTHERWISE_PX = 1024;

/**
 * How the published Stable Diffusion 2 inpainting checkpoint was trained and measured: its side, the guidance between
 * which its model card measures, and the steps and samplers there.
 */
const SD2 = {name: "SD2", side: 512, least: 448, most: 768, cfg: {low: 1.5, high: 8, usual: 7}, steps: {low: 50, high: 100},
    samplers: ["Euler a", "DDIM"]};

/** The first hint that has not been dismissed; null where all is well. @param {Seen} seen @param {(name: HintName) => boolean} isDismissed @returns {Hint | null} */
export function hintOn(seen, isDismissed) {
    if (!seen.header) return null;
    const found = [onStrength(seen), onPrompt(seen), onWideMask(seen, seen.header), onSize(seen, seen.header), onFamily(seen)];
    return found.find(hint => hint !== null && !isDismissed(hint.name)) ?? null;
}

/** Whether a prompt names nothing: each of its words could stand for anything. @param {string} prompt */
export function isVague(prompt) {
    const words = prompt.toLowerCase().match(/\p{L}+/gu) ?? [];
    return words.length > 0 && words.every(word => EMPTY_WORDS.has(word));
}

/** @param {Seen} seen @returns {Hint | null} */
function onStrength({task, host: {denoising_strength: strength}}) {
    if (!task || strength === undefined) return null;
    const {weakest, strongest} = TASKS[task];
    if (strength < weakest) return {name: "tooWeak", set: hostValuesOf(task)};
    return strength > strongest ? {name: "tooStrong", set: hostValuesOf(task)} : null;
}

/** @param {Seen} seen @returns {Hint | null} */
function onPrompt({task, host: {prompt}}) {
    if (!task || task === "extend" || task === "repair" || prompt === undefined) return null; // what is there goes on without a word, too
    const isEmpty = !prompt.trim();
    if (task === "remove") return isEmpty ? {name: "emptyRemoval", set: {prompt: BACKGROUND}} : null;
    if (isEmpty) return {name: "noPrompt", set: {}};
    return isVague(prompt) ? {name: "vaguePrompt", set: {}} : null;
}

/** Whether the mask leaves too little of a part to go by. @param {Header["parts"][number]} part */
export function isWide({share, reach, working: [width, height]}) {
    return share > WIDE.share || reach > WIDE.reach * Math.sqrt(width * height);
}

/** Who paints all but the object, or in two passes already, knows it. @param {Seen} seen @param {Header} header @returns {Hint | null} */
function onWideMask({keeps, area, rounds = [], host: {width, height}, family}, {parts, frame}) {
    const wide = parts.find(isWide);
    if (!wide || !area || area.mode === "twice" || keeps) return null;
    /** @type {Offer[]} */
    const offers = [...rounds.length > 1 ? [/** @type {Offer} */ ({name: "rounds", rounds})] : [], {name: "twice", area: {mode: "twice"}}];
    const padding = paddingFor(wide, area.padding);
    const isAll = wide.crop[2] - wide.crop[0] >= frame[0] && wide.crop[3] - wide.crop[1] >= frame[1];
    if (!isAll && padding > area.padding) offers.push({name: "padding", area: {padding}});
    const most = LARGEST_PX[family] ?? LARGEST_OTHERWISE_PX;
    const larger = (/** @type {number} */ side) => Math.max(side, Math.min(most, Math.ceil(side * 1.5 / SIDE_STEP_PX) * SIDE_STEP_PX));
    if (width && height && Math.max(width, height) < most) offers.push({name: "size", set: {width: larger(width), height: larger(height)}});
    return {name: "wideMask", set: {}, offers};
}

/** What brings the masked part of a crop down to half, where the picture has room for it. @param {Header["parts"][number]} part @param {number} padding */
function paddingFor({share, crop: [x0, y0, x1, y1]}, padding) {
    const growth = Math.sqrt(Math.max(share / WIDE.share, 1.25)) - 1;
    const more = padding + growth * Math.max(x1 - x0, y1 - y0) / 2;
    return Math.min(MOST_PADDING_PX, Math.ceil(more / PADDING_STEP_PX) * PADDING_STEP_PX);
}

/** @param {Seen} seen @param {Header} header @returns {Hint | null} */
function onSize({host: {width, height}, family}, {parts, apart}) {
    const zoom = Math.min(...parts.map(({crop: [x0, , x1], working}) => working[0] / (x1 - x0)));
    if (zoom >= LOW_ZOOM || apart || !width || !height) return null; // far-apart objects have an offer of their own
    const most = LARGEST_PX[family] ?? LARGEST_OTHERWISE_PX;
    const larger = (/** @type {number} */ side) => Math.max(side, Math.min(most, Math.ceil(side * LOW_ZOOM / zoom / SIDE_STEP_PX) * SIDE_STEP_PX));
    const set = {width: larger(width), height: larger(height)};
    return set.width === width && set.height === height ? null : {name: "largeMask", set};
}

/** @param {Seen} seen @returns {Hint | null} */
function onFamily({task, family, host: {width, height, cfg_scale: cfg, steps, sampler}}) {
    if (!task || family !== SD2.name) return null;
    /** @type {HostValues} */
    const set = {};
    if (width && height && !isAround(Math.sqrt(width * height))) Object.assign(set, {width: SD2.side, height: SD2.side});
    if (cfg !== undefined && (cfg < SD2.cfg.low || cfg > SD2.cfg.high)) set.cfg_scale = SD2.cfg.usual;
    if (steps !== undefined && (steps < SD2.steps.low || steps > SD2.steps.high)) set.steps = SD2.steps.low;
    if (sampler !== undefined && !SD2.samplers.includes(sampler)) set.sampler = SD2.samplers[0];
    return Object.keys(set).length ? {name: "family", set} : null;
}

/** @param {number} side */
function isAround(side) {
    return side >= SD2.least && side <= SD2.most;
}
