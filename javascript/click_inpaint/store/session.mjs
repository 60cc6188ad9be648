// The picture, the Edit and all that undo knows, kept across a reload of the page.

import {Refused} from "../server/client.mjs";
import {Source, masksOf} from "../pictures/source.mjs";
import {isHalf, withWholeIds} from "../edit/ids.mjs";
import {newPicture, revived} from "../edit/state.mjs";

/** @typedef {import("./store.mjs").Store} Store */
/** @typedef {import("../pictures/storage.mjs").Storage} Storage */

const KEY = "click-inpaint-session";
const SAVE_MS = 400;
const KEPT_SESSIONS = 8;

export class Session {
    #storage;
    #client;
    #store;
    #timer = 0;
    /** @type {Set<string>} pictures that the last save has put into the storage, by the server's ids */
    #kept = new Set();
    #saved;
    /** The name of this browser tab, the same after a reload. */
    id = sessionId();

    /** @param {Store} store @param {import("../server/client.mjs").Client} client @param {Storage} storage */
    constructor(store, client, storage) {
        this.#store = store;
        this.#client = client;
        this.#storage = storage;
        this.#saved = store.state; // an empty page is not worth keeping, least of all in place of what could not be brought back
    }

    /** Keep what changes from now on. @param {AbortSignal} signal */
    start(signal) {
        this.#store.follow(() => {
            clearTimeout(this.#timer);
            this.#timer = setTimeout(() => this.save(), SAVE_MS);
        });
        document.addEventListener("visibilitychange", () => this.save(), {signal});
        window.addEventListener("pagehide", () => this.save(), {signal});
        signal.addEventListener("abort", () => clearTimeout(this.#timer));
    }

    /** Write down what has changed. */
    async save() {
        const {state, source} = this.#store;
        if (state === this.#saved || !state.edit.image && source) return; // not yet at the server: soon
        this.#saved = state;
        const {image} = state.edit;
        const masks = [...new Set([...masksOf(state.edit), ...source?.masks.keys() ?? []])];
        await this.#storage.put("sessions", {id: this.id, time: Date.now(), state: {...state, gesture: ""}, image, masks});
        const loaded = [...source?.masks ?? []];
        await this.#keep(image && source?.blob ? [[image, source.blob], ...loaded] : loaded);
    }

    /**
     * Bring back what this tab showed before, unless the person was quicker.
     * @param {(from: Blob | Source) => void} comes  told before the picture opens
     * @returns {Promise<boolean>} whether a picture has come back
     */
    async restore(comes) {
        const kept = await this.#storage.get("sessions", this.id);
        await this.#forgetOld();
        const store = this.#store;
        const before = kept && revived(kept.state);
        if (!before || !store.isUntouched) return false;
        return store.bring(async isWanted => {
            const {state} = store;
            const from = await this.source(kept.image);
            if (!isWanted() || state !== store.state) return null;
            if (from) comes(from);
            else store.change(() => newPicture(before));
            return from && {from, arrive: () => before};
        });
    }

    /**
     * A picture by the server's id, from here or from the server; null where neither has it, and for half an id. Throws
     * where the server cannot be asked now.
     * @param {string} image @returns {Promise<Blob | Source | null>}
     */
    async source(image) {
        if (!image || isHalf(image)) return null;
        return await this.#storage.picture(image) ?? orNull(Source.stored(this.#client, image));
    }

    /** The bytes of a picture or of a mask, as they were uploaded where they are known; null where nobody has them. @param {string} image @returns {Promise<Blob | null>} */
    async bytes(image) {
        if (!image || isHalf(image)) return null;
        return await this.#storage.picture(image) ?? orNull(this.#client.picture(image));
    }

    /**
     * The Edit of an infotext, which names pictures by half their ids, with the whole ids of those that this browser knows.
     * @template {Partial<import("../edit/state.mjs").Edit>} E
     * @param {E} edit @returns {Promise<E>}
     */
    async whole(edit) {
        const {state, source, rounds} = this.#store;
        const open = [...state.past, state].flatMap(moment => [moment.edit.image, ...masksOf(moment.edit)]);
        const kept = (await this.#storage.all("sessions")).flatMap(({image, masks}) => [image, ...masks]);
        const made = rounds.flatMap(round => [round.image, ...masksOf(round.edit)]);
        return withWholeIds(edit, [...open, ...source?.masks.keys() ?? [], ...made, ...kept, ...await this.#storage.pictureIds()]);
    }

    /** Which steps name masks that are neither here nor at the server. @param {readonly import("../edit/state.mjs").Step[]} steps @returns {Promise<number[]>} their places */
    async goneMasks(steps) {
        const gone = [];
        for (const [at, step] of steps.entries()) {
            const mask = step.kind === "mask" ? await this.source(step.image) : undefined;
            if (mask === null) gone.push(at);
            if (mask instanceof Source) mask.close();
        }
        return gone;
    }

    /** @param {[string, Blob][]} pictures by the server's ids */
    async #keep(pictures) {
        const before = this.#kept;
        this.#kept = new Set(pictures.map(([id]) => id));
        for (const [id, blob] of pictures) {
            if (!before.has(id)) await this.#storage.keepPicture(id, blob, Date.now());
        }
    }

    async #forgetOld() {
        const others = (await this.#storage.all("sessions")).filter(({id}) => id !== this.id);
        for (const {id} of others.slice(0, -KEPT_SESSIONS)) await this.#storage.remove("sessions", id);
    }
}

/** A copied tab takes the name along; both write, and the newer counts. */
function sessionId() {
    const made = Math.random().toString(36).slice(2);
    try {
        const known = sessionStorage.getItem(KEY) ?? made;
        sessionStorage.setItem(KEY, known);
        return known;
    } catch {
        return made; // storage is blocked: nothing outlasts this page
    }
}

/** What the server answers; null where it says that there is none. @template T @param {Promise<T>} asked @returns {Promise<T | null>} */
function orNull(asked) {
    return asked.catch(error => {
        if (error instanceof Refused && error.saysNo) return null;
        throw error;
    });
}
