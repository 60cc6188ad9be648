// The picture, the Edit and all that undo knows, kept across a reload of the page.

import {Source} from "./source.mjs";
import {isCurrent, newPicture} from "./state.mjs";

/** @typedef {import("./app.mjs").App} App */
/** @typedef {import("./storage.mjs").Storage} Storage */

const KEY = "click-inpaint-session";
const SAVE_MS = 400;
const KEPT_SESSIONS = 8;

export class Session {
    #storage;
    #client;
    #app;
    #timer = 0;
    /** @type {Set<string>} pictures that are in the storage, by the server's ids */
    #kept = new Set();
    #saved = null;
    /** The name of this browser tab, the same after a reload. */
    id = sessionId();

    /** @param {App} app @param {import("./client.mjs").Client} client @param {Storage} storage */
    constructor(app, client, storage) {
        this.#app = app;
        this.#client = client;
        this.#storage = storage;
    }

    /** Keep what changes from now on. @param {AbortSignal} signal */
    start(signal) {
        this.#app.follow(() => {
            clearTimeout(this.#timer);
            this.#timer = setTimeout(() => this.save(), SAVE_MS);
        });
        document.addEventListener("visibilitychange", () => this.save(), {signal});
        window.addEventListener("pagehide", () => this.save(), {signal});
        signal.addEventListener("abort", () => clearTimeout(this.#timer));
    }

    /** Write down what has changed. */
    async save() {
        const {state, source} = this.#app;
        if (state === this.#saved || !state.edit.image && source) return; // not yet at the server: soon
        this.#saved = state;
        const {image} = state.edit;
        const masks = [...source?.masks.keys() ?? []];
        await this.#storage.put("sessions", {id: this.id, time: Date.now(), state: {...state, gesture: ""}, image, masks});
        if (image && source.blob) await this.#keep(image, source.blob);
        for (const [id, blob] of source?.masks ?? []) await this.#keep(id, blob);
    }

    /**
     * Bring back what this tab showed before, unless the person was quicker.
     * @param {(from: Blob | Source) => void} comes  told before the picture opens
     * @returns {Promise<boolean>} whether a picture has come back
     */
    async restore(comes) {
        const kept = await this.#storage.get("sessions", this.id);
        await this.#forgetOld();
        if (!kept || !isCurrent(kept.state.edit)) return false;
        const isUntouched = () => !this.#app.source && !this.#app.state.past.length;
        const from = await this.source(kept.image);
        if (!isUntouched()) return false;
        if (!from) {
            this.#app.change(() => newPicture(kept.state));
            return false;
        }
        comes(from);
        const opened = await this.#app.open(from, () => kept.state);
        for (const id of kept.masks) {
            const blob = await this.#storage.picture(id);
            if (blob) this.#app.source?.masks.set(id, blob);
        }
        return opened;
    }

    /** A picture by the server's id, from here or from the server; null where neither has it. @param {string} image @returns {Promise<Blob | Source | null>} */
    async source(image) {
        if (!image) return null;
        return await this.#storage.picture(image) ?? Source.stored(this.#client, image).catch(() => null);
    }

    /** @param {string} id @param {Blob} blob */
    async #keep(id, blob) {
        if (this.#kept.has(id)) return;
        this.#kept.add(id);
        await this.#storage.keepPicture(id, blob, Date.now());
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
