// Selections that the person has given a name, kept in this browser for other pictures of the same size.

import {isDrawn} from "./keeping.mjs";
import {maskPng} from "../pictures/picture.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../pictures/storage.mjs").NamedMask} NamedMask */

export const MOST_MASKS = 40;
const LONGEST_NAME = 60;

export class NamedMasks {
    #parts;
    /** @type {readonly NamedMask[]} newest first */
    #all = [];
    /** @type {Set<(all: readonly NamedMask[]) => void>} */
    #followers = new Set();

    /** @param {{store: import("./store.mjs").Store, storage: import("../pictures/storage.mjs").Storage, keeping: import("./keeping.mjs").Keeping}} parts */
    constructor(parts) {
        this.#parts = parts;
    }

    get all() {
        return this.#all;
    }

    /** Be called now and when another is kept, or one goes. @param {(all: readonly NamedMask[]) => void} follower */
    follow(follower) {
        this.#followers.add(follower);
        follower(this.#all);
    }

    /** Look what there is: another tab may have kept some. */
    async load() {
        this.#all = (await this.#parts.storage.all("masks")).reverse();
        for (const follower of this.#followers) follower(this.#all);
    }

    /** A name that is free. */
    get freeName() {
        const names = new Set(this.#all.map(({id}) => id));
        let number = this.#all.length + 1;
        while (names.has(text("maskNamed", {number}))) number++;
        return text("maskNamed", {number});
    }

    /** Keep what is selected; another mask of that name goes. @param {string} name  "" for a free one */
    async keep(name) {
        const {store, storage} = this.#parts;
        await this.load();
        const id = name.trim().slice(0, LONGEST_NAME) || this.freeName;
        const isNew = !this.#all.some(mask => mask.id === id);
        if (isNew && this.#all.length >= MOST_MASKS) {
            store.messages.error(text("masksFull", {most: MOST_MASKS}));
            return;
        }
        const preview = await store.settled();
        if (!preview || !store.isSelected) return; // the messages say why
        const {image, selection, refine} = store.state.edit;
        const [width, height] = preview.header.frame;
        await storage.put("masks", {id, time: Date.now(), width, height, image, edit: {selection, refine}, blob: await maskPng(preview)});
        await this.load();
        store.messages.told(text("maskKept", {name: id}));
    }

    /** Select it on the open picture: by its steps where they select the same there, else as the mask that it was. @param {NamedMask} mask */
    put({width, height, image, edit: {selection, refine}, blob}) {
        const {keeping, store} = this.#parts;
        const isOnIt = image === store.state.edit.image || isDrawn(selection);
        const steps = isOnIt && !selection.some(({kind}) => kind === "mask") ? selection : null; // a loaded mask may be gone
        return keeping.put({steps, refine, png: async() => blob, width, height});
    }

    /** Forget one for good. @param {NamedMask} mask */
    async remove({id}) {
        await this.#parts.storage.remove("masks", id);
        await this.load();
    }
}
