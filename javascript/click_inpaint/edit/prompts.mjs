// The prompts of objects that are painted one by one: the Edit lists them in the order of painting, which changes when an
// object comes or goes. Pure.

import {setArea} from "./state.mjs";

/** @typedef {import("./state.mjs").State} State */
/** @typedef {readonly string[]} Prompts  one for each object, "" for the job's own; none where no object has one */
/** @typedef {readonly {crop: readonly [x0: number, y0: number, x1: number, y1: number]}[]} Parts  what is painted, one after the other */

/** The prompt of each of `count` objects, whatever the list's length. @param {Prompts} prompts @param {number} count @returns {string[]} */
export function promptsOf(prompts, count) {
    return Array.from({length: count}, (_, at) => prompts[at] ?? "");
}

/** Give one of `count` objects a prompt of its own. @param {State} state @param {number} at @param {number} count @param {string} prompt */
export function setPrompt(state, at, count, prompt) {
    const prompts = promptsOf(state.edit.area.prompts, count).map((one, place) => place === at ? prompt : one);
    return setArea(state, {prompts: orNone(prompts)}, `prompt ${at}`);
}

/** The prompts where the objects are: no step of undo. @param {State} state @param {Prompts} prompts @returns {State} */
export function withPrompts(state, prompts) {
    return {...state, edit: {...state.edit, area: {...state.edit.area, prompts}}};
}

/**
 * Each prompt with its object, after objects have come, gone, grown or met. @param {Prompts} prompts
 * @param {Parts} before @param {Parts} after @returns {Prompts}
 */
export function realigned(prompts, before, after) {
    return orNone(after.map(({crop}) => {
        const same = before.map((old, at) => ({prompt: prompts[at] ?? "", shared: shared(old.crop, crop)})).filter(({shared}) => shared > 0);
        same.sort((a, b) => Number(b.prompt !== "") - Number(a.prompt !== "") || b.shared - a.shared);
        return same[0]?.prompt ?? "";
    }));
}

/** @param {string[]} prompts @returns {Prompts} */
function orNone(prompts) {
    return prompts.some(Boolean) ? prompts : [];
}

/** Pixels that two crops of one object share; 0 where they share too little to be one object's. @param {Parts[number]["crop"]} a @param {Parts[number]["crop"]} b */
function shared(a, b) {
    const [width, height] = [0, 1].map(axis => Math.min(a[axis + 2], b[axis + 2]) - Math.max(a[axis], b[axis]));
    const common = Math.max(0, width) * Math.max(0, height);
    return 2 * common >= Math.min(areaOf(a), areaOf(b)) ? common : 0;
}

/** @param {Parts[number]["crop"]} crop */
function areaOf([x0, y0, x1, y1]) {
    return (x1 - x0) * (y1 - y0);
}
