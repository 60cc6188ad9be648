// The open picture: reads it from a blob or from the server, and stores it on the server.

import {decode} from "./picture.mjs";

/** @typedef {import("../server/client.mjs").Client} Client */
/** @typedef {import("../server/client.mjs").Uploaded} Uploaded */
/** @typedef {import("../edit/state.mjs").Edit} Edit */

export class Source {
    /** @type {Promise<Uploaded> | null} under way */
    #uploading = null;
    /** Uploaded masks that steps name, by the server's ids. @type {Map<string, Blob>} */
    masks = new Map();

    /**
     * @param {Blob | null} blob  as it was given; null where only the server has it
     * @param {import("./picture.mjs").Decoded} picture
     * @param {Uploaded | null} known  what the server has answered already
     */
    constructor(blob, picture, known = null) {
        this.blob = blob;
        this.picture = picture;
        this.known = known;
        /** Whether the pixels come from the server: the browser could not read the blob, or never had one. */
        this.shownByServer = known !== null;
    }

    /** Read a blob; what the browser cannot read (TIFF, for one) the server may. @param {Client} client @param {Blob} blob */
    static async opened(client, blob) {
        const picture = await decode(blob).catch(() => null);
        if (picture) return new Source(blob, picture);
        const known = await client.upload(blob);
        return new Source(blob, await decode(await client.picture(known.image)), known);
    }

    /** A picture that the server holds. @param {Client} client @param {string} image */
    static async stored(client, image) {
        const picture = await decode(await client.picture(image));
        return new Source(null, picture, {image, width: picture.width, height: picture.height, notes: []});
    }

    /** Store the picture on the server; asked twice at once it is sent once. @param {Client} client @returns {Promise<Uploaded>} */
    upload(client) {
        if (!this.blob) return Promise.resolve(/** @type {Uploaded} */ (this.known)); // the server has it already
        this.#uploading ??= client.upload(this.blob).finally(() => { this.#uploading = null; });
        return this.#uploading;
    }

    /**
     * Store all that the Edit names once more: the server has forgotten some of it.
     * @param {Client} client @param {Edit} edit
     * @param {(id: string) => Promise<Blob | null>} recall  gives masks that were loaded before this picture was opened
     * @returns {Promise<Uploaded>}
     */
    async uploadAgain(client, edit, recall) {
        for (const id of masksOf(edit)) {
            const blob = this.masks.get(id) ?? await recall(id);
            if (!blob) continue; // the server's refusal will say that it is missing
            this.masks.set(id, blob);
            await client.upload(blob);
        }
        return this.upload(client);
    }

    /** The picture as a file of its own. @param {Client} client @param {string} image @returns {Promise<Blob>} */
    file(client, image) {
        return this.blob && !this.shownByServer ? Promise.resolve(this.blob) : client.picture(image);
    }

    /** The server measures another size than the browser; its word counts. @param {Uploaded} uploaded @returns {boolean} */
    takeSize({width, height}) {
        const {picture} = this;
        if (picture.width === width && picture.height === height) return false;
        this.picture = {...picture, width, height};
        return true;
    }

    /** Give its pixels back to the browser. */
    close() {
        this.picture.bitmap.close();
    }
}

/** Uploaded masks that the steps name, by the server's ids. @param {Edit} edit @returns {string[]} */
export function masksOf({selection}) {
    return selection.flatMap(step => step.kind === "mask" ? [step.image] : []);
}

/** A copy of a file in memory, which stays the same when the file on the disk is changed. @param {Blob} file @returns {Promise<Blob>} */
export async function inMemory(file) {
    return new Blob([await file.arrayBuffer()], {type: file.type});
}
