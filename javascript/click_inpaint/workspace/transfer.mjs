// Pictures and masks on their way in and out, but for what is dropped, pasted or picked from the disk.

import * as host from "../host/page.mjs";
import * as states from "../edit/state.mjs";
import {download, infotextAt} from "../host/gallery.mjs";
import {onExtended} from "../edit/areas.mjs";
import {NO_FRAME, extentOf} from "../edit/geometry.mjs";
import {editIn, parseInfotext, readInfotext} from "../edit/infotext.mjs";
import {asFile, decode, isBlendMask, maskPng} from "../pictures/picture.mjs";
import {noteOn, resultPicture} from "../pictures/result.mjs";
import {inMemory} from "../pictures/source.mjs";
import {text} from "../text/text.mjs";
import {translateMessage} from "../text/translate.mjs";

/** @typedef {import("../edit/state.mjs").Edit} Edit */
/** @typedef {import("../store/store.mjs").Found} Found */
/** @typedef {import("../store/store.mjs").Store} Store */
/**
 * @typedef {object} Restored  a result's Edit, and where it goes
 * @property {import("../store/store.mjs").Transition} arrive
 * @property {Found["from"]} [from]  the picture to open
 * @property {boolean} [onOpen]  none: it goes on the open picture
 * @property {"editBack" | "editTaken" | "editOnResult"} key  of the sentence that says so
 * @property {Blob | null} result
 * @property {boolean} isMaskGone  whether steps were left out, for lack of the masks that they name
 */
/**
 * @typedef {object} Parts
 * @property {Store} store
 * @property {import("../server/client.mjs").Client} client
 * @property {import("../panel/notice.mjs").Notice} notice
 * @property {import("../panel/rounds.mjs").Rounds} rounds
 * @property {import("../store/keeping.mjs").Keeping} keeping
 * @property {import("../store/session.mjs").Session} session
 */

export class Transfer {
    #parts;

    /** @param {Parts} parts */
    constructor(parts) {
        this.#parts = parts;
    }

    get #messages() {
        return this.#parts.store.messages;
    }

    /** Open a file; a result of ours brings its picture and its Edit back. @param {Blob} file */
    openFile(file) {
        return this.#offeringSelection(() => this.#openResult(async() => {
            const result = await inMemory(file);
            return {result, edit: await editIn(parseInfotext(await readInfotext(result)))};
        }));
    }

    /** Bring back the Edit of an infotext that the host has read. @param {import("../host/pasted.mjs").Pasted} pasted */
    async paste({edit, error, address}) {
        host.chooseOurTab();
        if (error) this.#messages.error(translateMessage(error));
        else await this.#openResult(async() => ({edit: edit ?? null, result: address ? await host.fetchPicture(address) : null}));
    }

    /**
     * Open a result: with an Edit, that comes back on the picture where it belongs.
     * @param {() => Promise<{result: Blob | null, edit: Partial<Edit> | null}>} find
     */
    async #openResult(find) {
        const {notice, session, store} = this.#parts;
        notice.close();
        /** @type {Restored | null} */
        let restored = null;
        const isOpen = await store.bring(async isWanted => {
            const {result, edit} = await find();
            if (!edit) return result && {from: result};
            restored = await this.#restored(await session.whole(edit), result);
            if (!isWanted()) restored = null;
            else if (!restored) this.#messages.error(text("editNowhere"));
            else if (restored.onOpen) store.change(restored.arrive);
            return restored?.from ? {from: restored.from, arrive: restored.arrive} : null;
        });
        if (restored) this.#tellRestored(restored, isOpen);
    }

    /**
     * Open a picture that the host's page shows; a result of ours as it was stitched, whatever format it was saved in.
     * @param {string} address @param {"takingResult" | "opening"} [waiting]
     */
    openAddress(address, waiting = "opening") {
        const open = () => this.#openAddress(address, waiting);
        return waiting === "opening" ? this.#offeringSelection(open) : open();
    }

    /** @param {string} address @param {"takingResult" | "opening"} waiting */
    async #openAddress(address, waiting) {
        const {client, keeping, rounds, session, store} = this.#parts;
        await store.bring(async isWanted => {
            const arrive = waiting === "takingResult" ? await keeping.arrival() : undefined;
            this.#messages.wait(waiting, {atOnce: true});
            const infotext = infotextAt(address);
            const edit = await editIn(parseInfotext(infotext));
            const isOurs = rounds.knows(address) || edit !== null;
            const image = rounds.pictureOf(address) || (edit && (await session.whole(edit)).image) || "";
            const blob = await rounds.resultAt(address) ?? await resultPicture(client, {address, infotext}, image);
            if (!isWanted()) return null;
            if (!blob) this.#messages.error(text("notFetched"));
            else if (waiting === "takingResult" || rounds.knows(address)) rounds.goesOn(blob);
            return blob && {from: blob, note: isOurs ? noteOn(blob) : "", arrive};
        });
    }

    /** Go to our tab with a picture of another one. @param {string | null} address */
    async openHere(address) {
        host.chooseOurTab();
        if (address) await this.openAddress(address);
        else this.#messages.error(text("nothingToSend"));
    }

    /** Go on with what the gallery shows. */
    async useResult() {
        const address = host.resultAddress();
        if (address) await this.openAddress(address, "takingResult");
        else this.#messages.error(text("noResult"));
    }

    /** Offer what was selected on the picture before, where another one of its size has come without a selection. @param {() => Promise<void>} open */
    async #offeringSelection(open) {
        const {keeping, notice, store} = this.#parts;
        const {source} = store;
        const before = keeping.now();
        await open();
        if (!before || source === store.source || store.isSelected || !keeping.fits(before)) return;
        notice.ask(text("selectionFits"), [["takeSelection", () => void store.attempt(() => keeping.put(before))]]);
    }

    /** Put picture and mask into the host's own tab. */
    send() {
        return this.#withMask("sending", async mask => {
            const {source} = this.#parts.store;
            if (!source) return "";
            const sent = await host.sendToInpaintUpload(asFile(source.shown, "picture"), asFile(mask, "mask"));
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
            this.#messages.told(text("maskCopied"));
            return "";
        }, () => text("noClipboard"));
    }

    /**
     * Select, or take away, what is light in another picture. A mask that was saved here is used as it is.
     * @param {Blob} file @param {import("../panel/controls.mjs").Loading} how
     */
    async loadMask(file, {mode, soft}) {
        const {client, store} = this.#parts;
        const {source} = store;
        if (!source) return;
        this.#messages.error("");
        this.#messages.wait("uploading");
        await store.attempt(async() => {
            const blob = await inMemory(file);
            const isSoft = soft || await isBlendMask(blob);
            const {image, width, height} = await client.upload(blob);
            this.#messages.done();
            if (source !== store.source) return;
            const {picture} = source;
            if (width !== picture.width || height !== picture.height) {
                const size = `${picture.width}×${picture.height}`;
                this.#messages.error(text("maskSize", {mask: `${width}×${height}`, picture: size}));
            } else {
                source.masks.set(image, blob);
                store.change(state => states.addMask(state, image, mode, isSoft));
            }
        });
    }

    /**
     * What to restore a result's Edit on: the picture that it was made for; where that is gone, the open picture if it has
     * the result's size; else the result, which is that picture outside the selection.
     * @param {Partial<Edit>} edit @param {Blob | null} result  null where the infotext came without a picture
     * @returns {Promise<Restored | null>} null where there is nothing to restore it on
     */
    async #restored(edit, result) {
        const {session, store} = this.#parts;
        const {selection = []} = edit;
        const gone = await session.goneMasks(selection);
        const kept = {...edit, selection: states.withoutSteps(selection, gone)};
        const more = {result, isMaskGone: gone.length > 0};
        /** @type {Restored["arrive"]} */
        const arrive = state => states.adopt(states.newPicture(state), kept);
        /** @type {Pick<Restored, "onOpen" | "arrive">} */
        const onOpen = {onOpen: true, arrive: state => states.adopt(state, kept)};
        const larger = onExtended(kept); // as it lies on its own result, should that be larger than its picture
        if (edit.image && edit.image === store.state.edit.image) return {...more, ...onOpen, key: "editBack"};
        const from = await session.source(edit.image ?? "");
        if (from) return {...more, from, arrive, key: "editBack"};
        if (await this.#fits(result, kept.frame)) return {...more, ...onOpen, key: "editTaken"};
        if (await this.#fits(result)) return {...more, onOpen: true, arrive: state => states.adopt(state, larger), key: "editTaken"};
        return result && {...more, from: result, arrive: state => states.adopt(states.newPicture(state), larger), key: "editOnResult"};
    }

    /** Say what became of a result's Edit, and offer to open the result without it. @param {Restored} restored @param {boolean} isOpen  whether what it brought is open */
    #tellRestored({key, result, isMaskGone, onOpen}, isOpen) {
        if (!isOpen && !onOpen) return;
        const sentence = isMaskGone ? `${text(key)} ${text("maskGone")}` : text(key);
        this.#parts.notice.ask(sentence, result ? [["openItself", () => void this.#parts.store.open(result)]] : []);
    }

    /** Whether the open picture has this one's size, or any where there is none. @param {Blob | null} blob @param {Edit["frame"]} [frame]  by which the open one is extended */
    async #fits(blob, frame) {
        const {picture} = this.#parts.store;
        if (!picture || !blob) return picture !== null;
        const {bitmap, width, height} = await decode(blob);
        bitmap.close();
        const {x0, y0, x1, y1} = extentOf(picture, frame && {...NO_FRAME, ...frame});
        return width === x1 - x0 && height === y1 - y0;
    }

    /**
     * @param {"sending" | "maskComing"} waiting
     * @param {(mask: Blob) => Promise<string>} use  answers what went wrong
     * @param {(error: Error) => string} [sentence]  what to say when it throws
     */
    async #withMask(waiting, use, sentence) {
        this.#messages.error("");
        const preview = await this.#parts.store.settled();
        if (!preview) return; // the messages say why
        this.#messages.wait(waiting, {atOnce: true});
        await this.#parts.store.attempt(async() => {
            const said = await use(await maskPng(preview)).catch(error => {
                if (!sentence) throw error;
                return sentence(error);
            });
            this.#messages.done();
            if (said) this.#messages.error(said);
        });
    }
}
