// A selection that goes on to another picture of the same size. Steps that look at the picture, such as clicks, might find
// something else there: they go on as the mask that they have made.

import {adopt, newPicture} from "../edit/state.mjs";
import {maskPng} from "../pictures/picture.mjs";
import {Switch} from "./remembered.mjs";

/** @typedef {import("../edit/state.mjs").Edit} Edit */
/** @typedef {import("./store.mjs").Store} Store */
/** @typedef {import("./store.mjs").Transition} Transition */
/**
 * @typedef {object} Selected  what was selected on a picture
 * @property {Edit} edit @property {import("../edit/mask.mjs").Preview | null} preview  null where the steps alone tell it
 * @property {number} width @property {number} height
 */

/** Steps that select the same on every picture of one size. */
const DRAWN = new Set(["stroke", "lasso", "mask", "invert"]);

export class Keeping {
    #parts;
    /** Whether the selection goes on to a result that becomes the new picture. */
    withResult = new Switch("keep-selection");

    /** @param {{store: Store, client: import("../server/client.mjs").Client, storage: import("../pictures/storage.mjs").Storage}} parts */
    constructor(parts) {
        this.#parts = parts;
    }

    /** What becomes of the state when a result is opened: undefined, as ever, where the selection is to go. @returns {Promise<Transition | undefined>} */
    async arrival() {
        const {store} = this.#parts;
        if (!this.withResult.isOn || !store.isSelected || !await store.settled()) return undefined;
        const selected = this.now();
        const part = selected && await this.#onto(selected);
        return part ? state => withPart(newPicture(state), part) : undefined;
    }

    /** The selection of the open picture, as it can go on; null where there is none, or its mask is not known yet. @returns {Selected | null} */
    now() {
        const {isSelected, isStale, picture, preview, state: {edit}} = this.#parts.store;
        const mask = isStale ? null : preview;
        if (!picture || !isSelected || !mask && !isSameAnywhere(edit.selection)) return null;
        return {edit, preview: mask, width: picture.width, height: picture.height};
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
        const part = await this.#onto(selected);
        if (source === store.source) store.change(state => adopt(state, withPart(state, part).edit));
    }

    /** @param {Selected} selected @returns {Promise<Pick<Edit, "selection" | "area">>} */
    async #onto({edit: {selection, area}, preview}) {
        if (!preview || isSameAnywhere(selection)) return {selection, area};
        const blob = await maskPng(preview);
        const {image} = await this.#parts.client.upload(blob);
        await this.#parts.storage.keepPicture(image, blob, Date.now());
        return {selection: [{kind: "mask", image, mode: "add", soft: true}], area};
    }
}

/** @param {Edit["selection"]} steps */
function isSameAnywhere(steps) {
    return steps.every(({kind}) => DRAWN.has(kind));
}

/** @template {import("../edit/state.mjs").State} S @param {S} state @param {Pick<Edit, "selection" | "area">} part @returns {S} */
function withPart(state, {selection, area: {prompts}}) {
    const {edit} = state;
    return {...state, edit: {...edit, selection, area: {...edit.area, prompts}}};
}
