// What goes on to the next picture: the rounds of a wide extension that are left, and a selection, to one of the same size. Steps that look at the picture, such as clicks, might find
// something else there: they go on as the mask that they have made.

import {setFrame} from "../edit/areas.mjs";
import {adopt, newPicture} from "../edit/state.mjs";
import {maskPng} from "../pictures/picture.mjs";
import {Switch} from "./remembered.mjs";

/** @typedef {import("../edit/geometry.mjs").Frame} Frame */
/** @typedef {import("../edit/state.mjs").Edit} Edit */
/** @typedef {import("../edit/state.mjs").State} State */
/** @typedef {import("./store.mjs").Store} Store */
/** @typedef {import("./store.mjs").Transition} Transition */
/**
 * @typedef {object} Selected  what was selected on a picture, as it can go on
 * @property {Edit["selection"] | null} steps  null where the mask alone is the same on another picture
 * @property {() => Promise<Blob>} png  that mask
 * @property {Edit["refine"]} [refine]  as it was, where that comes back with the steps
 * @property {readonly string[]} [prompts]  those of its objects
 * @property {number} width @property {number} height  of the picture
 */

/** Steps that select the same on every picture of one size. */
const DRAWN = new Set(["stroke", "lasso", "mask", "invert"]);

export class Keeping {
    #parts;
    /** Of an extension that goes on from result to result: the frame of the open picture, and those after it. @type {readonly Frame[]} */
    #rounds = [];
    /** Whether the selection goes on to a result that becomes the new picture. */
    withResult = new Switch("keep-selection");

    /** @param {{store: Store, client: import("../server/client.mjs").Client, storage: import("../pictures/storage.mjs").Storage}} parts */
    constructor(parts) {
        this.#parts = parts;
    }

    /** Extend the picture by the first of some frames, and each result that is gone on from by the next. @param {readonly Frame[]} rounds */
    extendIn(rounds) {
        this.#rounds = rounds;
        this.#parts.store.change(state => setFrame(state, rounds[0]));
    }

    /** What becomes of the state when a result is opened: undefined, as ever, where the selection is to go. @returns {Promise<Transition | undefined>} */
    async arrival() {
        const {store} = this.#parts;
        const [now, ...left] = this.#rounds;
        this.#rounds = isSame(now, store.state.edit.frame) ? left : []; // the person has chosen another frame since
        const next = this.#rounds[0];
        if (next) return state => setFrame(newPicture(state), next);
        if (!this.withResult.isOn || !store.isSelected || !await store.settled()) return undefined;
        const selected = this.now();
        return selected ? this.#onto(selected).then(arrive => state => arrive(newPicture(state))) : undefined;
    }

    /** The selection of the open picture; null where there is none, or its mask is not known yet. @returns {Selected | null} */
    now() {
        const {isSelected, isStale, picture, preview, state: {edit: {selection, frame, area: {prompts}}}} = this.#parts.store;
        if (!picture || !isSelected || frame) return null; // on a larger result it would lie elsewhere
        const {width, height} = picture;
        const steps = isDrawn(selection) ? selection : null;
        if (!steps && (isStale || !preview)) return null;
        return {steps, png: () => maskPng(/** @type {NonNullable<typeof preview>} */ (preview)), prompts, width, height};
    }

    /** Whether a selection fits the open picture. @param {Selected} selected */
    fits({width, height}) {
        const {picture} = this.#parts.store;
        return picture?.width === width && picture.height === height;
    }

    /** Select the same on the open picture, in one step of undo. @param {Selected} selected */
    async put(selected) {
        const {store} = this.#parts;
        const {source} = store;
        const arrive = await this.#onto(selected);
        if (source === store.source) store.change(state => adopt(state, arrive(state).edit));
    }

    /** @param {Selected} selected @returns {Promise<Transition>} */
    async #onto({steps, png, refine, prompts}) {
        if (steps) return state => withPart(state, {selection: steps, refine, prompts});
        const blob = await png();
        const {image} = await this.#parts.client.upload(blob);
        await this.#parts.storage.keepPicture(image, blob, Date.now());
        return state => withPart(state, {selection: [{kind: "mask", image, mode: "add", soft: true}], prompts});
    }
}

/** @param {Frame | undefined} one @param {Frame | undefined} other */
function isSame(one, other) {
    return JSON.stringify(one) === JSON.stringify(other);
}

/** @param {Edit["selection"]} steps */
export function isDrawn(steps) {
    return steps.every(({kind}) => DRAWN.has(kind));
}

/** @param {State} state @param {{selection: Edit["selection"], refine?: Edit["refine"] | undefined, prompts?: readonly string[] | undefined}} part @returns {State} */
function withPart(state, {selection, refine = state.edit.refine, prompts = state.edit.area.prompts}) {
    const {edit} = state;
    return {...state, edit: {...edit, selection, refine, area: {...edit.area, prompts}}};
}
