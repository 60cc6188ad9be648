// Pictures and masks on their way in and out, but for what is dropped, pasted or picked from the disk.

import * as host from "../host/page.mjs";
import * as states from "../edit/state.mjs";
import {download} from "../host/gallery.mjs";
import {editIn, parseInfotext, readInfotext} from "../edit/infotext.mjs";
import {asFile, decode, maskPng} from "../pictures/picture.mjs";
import {inMemory} from "../pictures/source.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../store/app.mjs").App} App */
/**
 * @typedef {object} Parts
 * @property {App} app
 * @property {import("../server/client.mjs").Client} client
 * @property {import("../panel/notice.mjs").Notice} notice
 * @property {import("../panel/rounds.mjs").Rounds} rounds
 * @property {import("../store/session.mjs").Session} session
 * @property {import("../panel/status.mjs").StatusLine} status
 */

export class Transfer {
    #parts;

    /** @param {Parts} parts */
    constructor(parts) {
        this.#parts = parts;
    }

    /** Open a file; a result of ours brings its picture and its Edit back. @param {Blob} file */
    async openFile(file) {
        const {app, notice} = this.#parts;
        notice.close();
        await app.bring(async isWanted => {
            const blob = await inMemory(file);
            const edit = editIn(parseInfotext(await readInfotext(blob)));
            if (!isWanted()) return;
            if (edit) await this.#bringBack(edit, blob, isWanted);
            else await app.open(blob);
        });
    }

    /**
     * Open a picture that the host's page shows.
     * @param {string} address @param {"takingResult" | "opening"} [waiting]
     */
    async openAddress(address, waiting = "opening") {
        const {app, rounds, status} = this.#parts;
        await app.bring(async isWanted => {
            status.wait(waiting, {atOnce: true});
            const blob = await host.fetchPicture(address);
            if (!isWanted()) return;
            if (!blob) return status.error(text("notFetched"));
            if (waiting === "takingResult" || rounds.knows(address)) rounds.goesOn(blob);
            await app.open(blob);
        });
    }

    /** Go to our tab with a picture of another one. @param {string | null} address */
    async openHere(address) {
        host.chooseOurTab();
        if (address) await this.openAddress(address);
        else this.#parts.status.error(text("nothingToSend"));
    }

    /** Go on with what the gallery shows. */
    async useResult() {
        const address = host.resultAddress();
        if (address) await this.openAddress(address, "takingResult");
        else this.#parts.status.error(text("noResult"));
    }

    /** Go on with a result. @param {Blob} blob */
    async useBlob(blob) {
        this.#parts.rounds.goesOn(blob);
        await this.#parts.app.open(blob);
    }

    /** Put picture and mask into the host's own tab. */
    send() {
        return this.#withMask("sending", async mask => {
            const picture = await this.#parts.app.source.file(this.#parts.client, this.#parts.app.state.edit.image);
            const sent = await host.sendToInpaintUpload(asFile(picture, "picture"), asFile(mask, "mask"));
            return sent ? "" : text("noTarget");
        });
    }

    /** The mask as a file of this computer. */
    saveMask() {
        return this.#withMask("maskComing", async mask => {
            download(asFile(mask, "mask"));
            return "";
        });
    }

    /** The mask into the clipboard. */
    copyMask() {
        return this.#withMask("maskComing", async mask => {
            if (!navigator.clipboard?.write || typeof ClipboardItem === "undefined") return text("noClipboard");
            await navigator.clipboard.write([new ClipboardItem({"image/png": mask})]);
            this.#parts.status.told(text("maskCopied"));
            return "";
        }, () => text("noClipboard"));
    }

    /**
     * Select, or take away, what is light in another picture.
     * @param {Blob} file @param {"add" | "subtract" | "replace"} mode
     */
    async loadMask(file, mode) {
        const {source, picture} = this.#parts.app;
        this.#parts.status.error("");
        this.#parts.status.wait("uploading");
        await this.#parts.app.attempt(async() => {
            const blob = await inMemory(file);
            const {image, width, height} = await this.#parts.client.upload(blob);
            this.#parts.status.done();
            if (source !== this.#parts.app.source) return;
            if (width !== picture.width || height !== picture.height) {
                const size = `${picture.width}×${picture.height}`;
                this.#parts.status.error(text("maskSize", {mask: `${width}×${height}`, picture: size}));
            } else {
                source.masks.set(image, blob);
                this.#parts.app.change(state => states.addMask(state, image, mode));
            }
        });
    }

    /**
     * Restore an Edit on the picture that it was made for, else on the open one of the result's size, else ask.
     * @param {any} edit @param {Blob} result @param {() => boolean} isWanted
     */
    async #bringBack(edit, result, isWanted) {
        const {app, notice, session} = this.#parts;
        const itself = () => void app.open(result);
        const from = await session.source(edit.image);
        const fits = !from && await this.#fits(result);
        if (!isWanted()) return;
        if (from) {
            const isBack = await app.open(from, state => states.adopt(states.newPicture(state), edit));
            if (isBack) notice.ask(text("editBack"), {openItself: itself});
        } else if (fits) {
            app.change(state => states.adopt(state, edit));
            notice.ask(text("editTaken"), {openItself: itself});
        } else {
            notice.ask(text("editHomeless"), {openItself: itself});
        }
    }

    /** Whether the open picture has this one's size. @param {Blob} blob */
    async #fits(blob) {
        const {picture} = this.#parts.app;
        if (!picture) return false;
        const {bitmap, width, height} = await decode(blob);
        bitmap.close();
        return width === picture.width && height === picture.height;
    }

    /**
     * @param {"sending" | "maskComing"} waiting
     * @param {(mask: Blob) => Promise<string>} use  answers what went wrong
     * @param {(error: Error) => string} [sentence]  what to say when it throws
     */
    async #withMask(waiting, use, sentence) {
        this.#parts.status.error("");
        const preview = await this.#parts.app.settled();
        if (!preview) return; // the status says why
        this.#parts.status.wait(waiting, {atOnce: true});
        await this.#parts.app.attempt(async() => {
            const said = await use(await maskPng(preview)).catch(error => {
                if (!sentence) throw error;
                return sentence(error);
            });
            this.#parts.status.done();
            if (said) this.#parts.status.error(said);
        });
    }
}
