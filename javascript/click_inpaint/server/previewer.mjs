// The preview that is shown, and the one that is awaited, of one picture.

/** @typedef {import("../edit/geometry.mjs").Size} Size */
/** @typedef {import("../edit/mask.mjs").Preview} Preview */
/** @typedef {import("../edit/state.mjs").Edit} Edit */

export class Previewer {
    #client;
    /** @type {Preview | null} */
    #preview = null;
    #asked = ""; // what the newest request, or the preview that is shown, was for
    #stale = false;
    /** @type {Promise<unknown>} ends with the newest request */
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
        return wanted(edit, area) !== this.#asked;
    }

    /**
     * Ask for the preview of the Edit, in place of any that is awaited. Throws what the client throws; the last
     * preview is kept unless the server said that this Edit has none.
     * @param {Edit} edit @param {Size} area @param {Parameters<import("./client.mjs").Client["preview"]>[1]} when
     * @returns {Promise<boolean>} whether it came, and was still wanted
     */
    ask(edit, area, when) {
        const coming = this.#ask(edit, area, when);
        this.#coming = coming;
        return coming;
    }

    async #ask(edit, area, when) {
        const asked = this.#asked = wanted(edit, area);
        this.#stale = true;
        try {
            const preview = await this.#client.preview({edit, ...area}, when);
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

    #failed(error) {
        this.#asked = "";
        if (error.saysNo) this.#preview = null; // the last mask would lie about this Edit
        this.#stale = this.#preview !== null;
    }
}

/** Everything that a preview depends on. */
function wanted({image, selection, refine, area}, working) {
    return JSON.stringify([image, selection, refine, area, working]);
}
