// What has been made of the picture so far: each round is a result, the Edit that made it, and the picture it was made
// from. One can go back to any.

import {element} from "../dom/element.mjs";
import {fetchPicture} from "../host/page.mjs";
import {editIn, parseInfotext} from "../edit/infotext.mjs";
import {adopt, newPicture} from "../edit/state.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../store/app.mjs").App} App */
/**
 * @typedef {object} Round
 * @property {string} id @property {string} session @property {number} time
 * @property {string} image  the server's id of the picture that it was made from
 * @property {import("../edit/state.mjs").Edit} edit
 * @property {string} prompt @property {string} seed @property {Blob} thumb
 */
/**
 * @typedef {object} Parts
 * @property {App} app
 * @property {import("../pictures/storage.mjs").Storage} storage
 * @property {import("../store/session.mjs").Session} session
 * @property {(result: Blob) => Promise<void>} compare  show it over the open picture
 * @property {(sentence: string) => void} fail
 */

const KEPT = 24;
const THUMB_PX = 160;
const LONGEST_THUMB_PX = 640;

export class Rounds {
    #parts;
    #list = element("ol", {class: "ci-strip"});
    /** @type {Round[]} oldest first */
    #rounds = [];
    /** @type {WeakSet<Blob | import("../pictures/source.mjs").Source>} pictures that go on from a round */
    #kin = new WeakSet();
    /** @type {Map<string, string>} object addresses of thumbnails */
    #addresses = new Map();
    #source = null;

    section = element("section", {class: "ci-rounds", hidden: true, "aria-label": text("rounds")},
        element("span", {class: "ci-label", title: text("roundsTip")}, text("rounds")), this.#list);

    /** @param {Parts} parts */
    constructor(parts) {
        this.#parts = parts;
    }

    /** This picture goes on from a round: the strip stays when it is opened. @param {Blob | import("../pictures/source.mjs").Source} from */
    goesOn(from) {
        this.#kin.add(from);
    }

    /** Whether a round's result lies there. @param {string} address */
    knows(address) {
        return this.#rounds.some(({id}) => id === this.#idOf(address));
    }

    /** Another picture, opened by hand, begins anew. @param {App} app */
    follow({source, state}) {
        if (!source || !state.edit.image || source === this.#source) return;
        this.#source = source;
        const isKnown = this.#rounds.some(({image}) => image === state.edit.image);
        const isKin = this.#kin.has(source) || source.blob !== null && this.#kin.has(source.blob);
        if (!isKnown && !isKin) void this.#forget(this.#rounds);
    }

    /** What this tab showed before a reload. */
    async restore() {
        const kept = (await this.#parts.storage.all("rounds")).filter(({session}) => session === this.#parts.session.id);
        this.#rounds = [...kept, ...this.#rounds];
        this.#show();
    }

    /** Take in what a job has brought; what is not of the open picture's family is not ours. @param {readonly import("../host/gallery.mjs").Result[]} results */
    async take(results) {
        for (const {address, infotext} of results) {
            const said = parseInfotext(infotext);
            const edit = editIn(said);
            if (edit && this.#isOurs(edit.image)) await this.#add(address, edit, said);
        }
    }

    /** The open picture's result at this address, else its newest; null without one. @param {string | null} address @returns {Promise<Blob | null>} */
    async shown(address) {
        const round = this.#ofPicture.find(({id}) => id === this.#idOf(address)) ?? this.#ofPicture.at(-1);
        return round ? this.#parts.storage.picture(resultOf(round)) : null;
    }

    /** Whether the open picture has a round. */
    get hasAny() {
        return this.#ofPicture.length > 0;
    }

    get #ofPicture() {
        return this.#rounds.filter(({image}) => image === this.#parts.app.state.edit.image);
    }

    /** @param {string | null} address */
    #idOf(address) {
        return `${this.#parts.session.id} ${address}`;
    }

    #isOurs(image) {
        return image === this.#parts.app.state.edit.image || this.#rounds.some(round => round.image === image);
    }

    /** @param {string} address @param {any} edit @param {import("../edit/infotext.mjs").Infotext} said */
    async #add(address, edit, {prompt, values}) {
        const blob = await fetchPicture(address);
        if (!blob) return; // the host has thrown it away already
        const id = this.#idOf(address);
        if (this.#rounds.some(round => round.id === id)) return;
        const round = {id, session: this.#parts.session.id, time: Date.now(), image: edit.image, edit,
            prompt, seed: values.get("Seed") ?? "", thumb: await thumbOf(blob)};
        this.#rounds.push(round);
        await this.#parts.storage.keepPicture(resultOf(round), blob, round.time);
        await this.#parts.storage.put("rounds", round);
        await this.#forget(this.#rounds.slice(0, -KEPT));
        this.#show();
        this.#list.scrollLeft = this.#list.scrollWidth;
    }

    /** Go back to a round: its picture with its Edit, and its result beside it. @param {Round} round */
    async #goTo(round) {
        const {app, compare, storage} = this.#parts;
        if (app.state.edit.image === round.image) app.change(state => adopt(state, round.edit));
        else if (!await this.#bringBack(round)) return;
        const {source} = app;
        const result = await storage.picture(resultOf(round));
        if (result && source === app.source) await compare(result);
    }

    /** @param {Round} round @returns {Promise<boolean>} whether its picture is the open one now */
    async #bringBack({image, edit}) {
        const {app, fail, session} = this.#parts;
        let isBack = false;
        await app.bring(async isWanted => {
            const from = await session.source(image);
            if (!isWanted()) return;
            if (!from) return fail(text("roundGone"));
            this.goesOn(from);
            isBack = await app.open(from, state => adopt(newPicture(state), edit));
        });
        return isBack;
    }

    /** @param {readonly Round[]} rounds */
    async #forget(rounds) {
        const ids = new Set(rounds.map(({id}) => id));
        if (!ids.size) return;
        this.#rounds = this.#rounds.filter(({id}) => !ids.has(id));
        this.#show();
        for (const round of rounds) {
            await this.#parts.storage.remove("rounds", round.id);
            await this.#parts.storage.remove("pictures", resultOf(round));
        }
    }

    #show() {
        this.section.hidden = !this.#rounds.length;
        for (const [id, address] of this.#addresses) {
            if (this.#rounds.some(round => round.id === id)) continue;
            URL.revokeObjectURL(address);
            this.#addresses.delete(id);
        }
        this.#list.replaceChildren(...this.#rounds.map((round, at) => this.#item(round, at + 1)));
    }

    /** @param {Round} round @param {number} number */
    #item(round, number) {
        const {id, prompt, seed, thumb} = round;
        if (!this.#addresses.has(id)) this.#addresses.set(id, URL.createObjectURL(thumb));
        const name = text("round", {number, seed, prompt: prompt || "–"});
        return element("li", {}, element("button", {type: "button", class: "ci-round", title: name, "aria-label": name,
            onclick: () => this.#parts.app.attempt(() => this.#goTo(round))},
        element("img", {src: this.#addresses.get(id), alt: "", draggable: false}), element("span", {}, prompt || seed)));
    }
}

/** @param {Round} round */
function resultOf({id}) {
    return `result ${id}`;
}

/** @param {Blob} blob @returns {Promise<Blob>} */
async function thumbOf(blob) {
    const whole = await createImageBitmap(blob);
    const scale = Math.min(1, THUMB_PX / whole.height, LONGEST_THUMB_PX / whole.width);
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(whole.width * scale)), Math.max(1, Math.round(whole.height * scale)));
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "medium";
    pen.drawImage(whole, 0, 0, canvas.width, canvas.height);
    whole.close();
    return canvas.convertToBlob({type: "image/webp", quality: 0.85}); // which can be transparent; PNG where the browser has none
}
