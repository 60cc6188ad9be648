// The open picture: reads it from a blob or from the server, and stores it on the server.

import {decode} from "./picture.mjs";
import {decodesAlike} from "./decoders.mjs";

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
     * @param {Blob} shown  what the pixels that the page shows come from: the same, or the server's file
     * @param {import("./picture.mjs").Decoded} picture  that file, decoded
     * @param {Uploaded | null} known  what the server has answered already
     */
    constructor(blob, shown, picture, known = null) {
        this.blob = blob;
        this.shown = shown;
        this.picture = picture;
        this.known = known;
    }

    /**
     * Read a blob. It shows before its upload ends where the browser is sure to see what the server will edit; else the
     * page shows what the server has made of it. @param {Client} client @param {Blob} blob
     */
    static async opened(client, blob) {
        const isAlike = decodesAlike(new Uint8Array(await blob.arrayBuffer()));
        const picture = isAlike ? await decode(blob).catch(() => null) : null;
        if (picture) return new Source(blob, blob, picture);
        const known = await client.upload(blob);
        const shown = await client.picture(known.image);
        return new Source(blob, shown, await decode(shown), known);
    }

    /** A picture that the server holds. @param {Client} client @param {string} image */
    static async stored(client, image) {
        const shown = await client.picture(image);
        const picture = await decode(shown);
        return new Source(null, shown, picture, {image, width: picture.width, height: picture.height, notes: []});
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
     * @param {(id: string) => Promise<Blob | null>} recall  gives what is not held here: masks that were loaded before
     *     this picture was opened, and a picture that came from the server
     * @returns {Promise<Uploaded>}
     */
    async uploadAgain(client, edit, recall) {
        for (const id of masksOf(edit)) {
            const blob = this.masks.get(id) ?? await recall(id);
            if (!blob) continue; // the server's refusal will say that it is missing
            this.masks.set(id, blob);
            await client.upload(blob);
        }
        this.blob ??= await recall(edit.image);
        return this.upload(client);
    }

    /**
     * The server has read the picture. Where it found another size than the browser, the page shows its reading from now on.
     * @param {Client} client @param {Uploaded} uploaded @returns {Promise<boolean>} whether the same picture shows as before
     */
    async agreesWith(client, {image, width, height}) {
        if (this.picture.width === width && this.picture.height === height) return true;
        this.shown = await client.picture(image);
        this.picture = await decode(this.shown); // the former one may still be drawn from: it is left to the browser
        return false;
    }

    /** Give its pixels back to the browser. */
    close() {
        this.picture.bitmap.close();
    }
}

/** Uploaded masks that the steps name, by the server's ids. @param {Partial<Edit>} edit @returns {string[]} */
export function masksOf({selection = []}) {
    return selection.flatMap(step => step.kind === "mask" ? [step.image] : []);
}

/** A copy of a file in memory, which stays the same when the file on the disk is changed. @param {Blob} file @returns {Promise<Blob>} */
export async function inMemory(file) {
    return new Blob([await file.arrayBuffer()], {type: file.type});
}
