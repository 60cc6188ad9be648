// The preview of the open picture that is shown, and the newer one that is awaited.

import {Refused} from "./client.mjs";

/** @typedef {import("../edit/geometry.mjs").Size} Size */
/** @typedef {import("../edit/mask.mjs").Preview} Preview */
/** @typedef {import("../edit/state.mjs").Edit} Edit */

export class Previewer {
    #client;
    /** @type {Preview | null} */
    #preview = null;
    #asked = ""; // the key (keyOf) of the newest request, or of the preview that is shown
    #stale = false;
    /** It ends with the newest request. @type {Promise<unknown>} */
    #coming = Promise.resolve();

    /** @param {import("./client.mjs").Client} client */
    constructor(client) {
        this.#client = client;
    }

    /** The last one known. */
    get preview() {
        return this.#preview;
    }

    /** Whether it is not (yet) that of the Edit. */
    get isStale() {
        return this.#stale;
    }

    /** Ends as the newest request does. @returns {Promise<unknown>} */
    get coming() {
        return this.#coming;
    }

    /** Whether asking for this would bring something new. @param {Edit} edit @param {Size} area */
    needs(edit, area) {
        return keyOf(edit, area) !== this.#asked;
    }

    /**
     * Ask for the preview of the Edit, in place of any that is awaited. Throws what the client throws; the last
     * preview is kept unless the server said that this Edit has none.
     * @param {Edit} edit @param {Size} area @param {import("./client.mjs").PreviewHelp} [help]
     * @returns {Promise<boolean>} whether it came, and was still wanted
     */
    ask(edit, area, help) {
        const coming = this.#ask(edit, area, help);
        this.#coming = coming;
        return coming;
    }

    /** @type {Previewer["ask"]} */
    async #ask(edit, area, help) {
        const asked = this.#asked = keyOf(edit, area);
        this.#stale = true;
        try {
            const preview = await this.#client.preview({edit, ...area}, help);
            if (asked !== this.#asked) return false;
            if (!preview) {
                this.#asked = ""; // given up: asked again when it is needed
                return false;
            }
            this.#preview = preview;
            this.#stale = false;
            return true;
        } catch (error) {
            if (asked === this.#asked) this.#failed(error);
            throw error;
        }
    }

    /** Nothing is selected. */
    forget() {
        this.#client.cancel();
        this.#preview = null;
        this.#asked = "";
        this.#stale = false;
    }

    /** @param {unknown} error */
    #failed(error) {
        this.#asked = "";
        if (error instanceof Refused && error.saysNo) this.#preview = null; // the last mask is not that of this Edit
        this.#stale = this.#preview !== null;
    }
}

/** Everything that a preview depends on. @param {Edit} edit @param {Size} working the size that the host asks for */
function keyOf({image, selection, refine, area, frame}, working) {
    return JSON.stringify([image, selection, refine, frame, {...area, prompts: []}, working]); // what objects are painted from changes no mask
}
