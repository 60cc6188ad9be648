// The one place where things change: the state, the open picture, and what follows from each.

import * as geometry from "./geometry.mjs";
import * as host from "./host.mjs";
import * as states from "./state.mjs";
import {Refused, Unreachable} from "./client.mjs";
import {asFile, decode, maskPng} from "./picture.mjs";
import {Previewer} from "./previewer.mjs";
import {text} from "./text.mjs";

/**
 * @typedef {import("./client.mjs").Uploaded} Uploaded
 * @typedef {import("./geometry.mjs").Point} Point
 * @typedef {import("./mask.mjs").Preview} Preview
 * @typedef {import("./picture.mjs").Decoded} Decoded
 * @typedef {import("./state.mjs").State} State
 *
 * @typedef {object} Source  the open picture
 * @property {Blob} blob  as it was given
 * @property {Decoded} picture
 * @property {boolean} shownByServer  the browser could not read the blob itself
 * @property {Promise<Uploaded> | null} upload  under way
 * @property {{state: State, source: Source | null, previewer: Previewer} | null} before  comes back when the server refuses this one
 */
/**
 * @typedef {object} Parts
 * @property {import("./client.mjs").Client} client
 * @property {import("./canvas.mjs").CanvasView} view
 * @property {import("./controls.mjs").Controls} controls
 * @property {import("./status.mjs").StatusLine} status
 * @property {(preview: Preview | null) => void} showPlan
 * @property {(picture: Decoded | null) => void} showPicture
 */

const SLIDER_MS = 80;
const RETRY_MS = 4000;

export class App {
    #parts;
    #previewer;
    #state = states.initialState();
    /** @type {Source | null} */
    #source = null;
    #notes = "";
    #timer = 0;
    #refreshing = Promise.resolve();
    #opening = 0;

    /** @param {Parts} parts */
    constructor(parts) {
        this.#parts = parts;
        this.#previewer = new Previewer(parts.client);
        this.#render();
    }

    get state() { return this.#state; }

    /** @returns {Decoded | null} */
    get picture() {
        return this.#source?.picture ?? null;
    }

    /** The last preview known; `isStale` while it is not that of the Edit. */
    get preview() { return this.#previewer.preview; }

    get isStale() { return this.#previewer.isStale; }

    /** @param {(state: State) => State} transition @param {string} [gesture] that may go on */
    change(transition, gesture = "") {
        const next = transition(this.#state);
        if (next === this.#state) return;
        this.#state = next;
        this.#notes = "";
        this.#parts.status.error("");
        this.#render();
        this.refresh(gesture ? SLIDER_MS : 0);
    }

    /**
     * @param {Point} point in picture pixels; beside the picture it does nothing
     * @param {{include: boolean, newObject: boolean}} how
     */
    click(point, how) {
        if (!this.picture || !geometry.contains(this.picture, point)) return;
        const on = geometry.ontoPicture(this.picture, point);
        this.change(state => states.addClick(state, {...on, ...how}));
    }

    /** @param {Point} a @param {Point} b */
    box(a, b) {
        if (this.picture) this.change(state => states.addBox(state, geometry.boxBetween(this.picture, a, b)));
    }

    /** Show the box being drawn, or none. @param {Point | null} a @param {Point} [b] */
    drag(a, b) {
        this.#parts.view.show({drag: a && b && this.picture ? geometry.boxBetween(this.picture, a, b) : null});
    }

    /** Write the Edit where Generate looks; while another tab is chosen, nothing. */
    write() {
        const active = host.isOurTabChosen();
        host.markActive(active);
        host.writeEdit(active ? JSON.stringify(this.#state.edit) : "");
    }

    /** Bring what is shown up to what is asked, after a while. @param {number} [delayMs] */
    refresh(delayMs = 0) {
        clearTimeout(this.#timer);
        if (delayMs) this.#timer = setTimeout(() => this.refresh(), delayMs);
        else this.#refreshing = this.#reporting(() => this.#refresh());
    }

    /** What can select and what can paint, asked anew. */
    loadStatus() {
        return this.#reporting(async() => this.#parts.controls.setStatus(await this.#parts.client.status()));
    }

    /** Open a picture: it shows before its upload ends. @param {Blob} blob */
    async open(blob) {
        const turn = ++this.#opening;
        this.#parts.status.error("");
        this.#parts.status.wait("opening");
        await this.#reporting(async() => {
            // What the browser cannot read (TIFF, for one) the server may.
            const picture = await decode(blob).catch(() => null);
            if (turn !== this.#opening) return;
            if (picture) this.#put(blob, picture);
            else await this.#openThroughServer(blob, turn);
            this.refresh();
        });
        await this.#refreshing;
    }

    /**
     * Open a picture that the host's page shows.
     * @param {string} address
     * @param {"takingResult" | "opening"} [waiting]
     */
    async openAddress(address, waiting = "opening") {
        this.#parts.status.wait(waiting, {atOnce: true});
        const blob = await host.fetchPicture(address);
        if (blob) return this.open(blob);
        this.#parts.status.done();
        this.#parts.status.error(text("notFetched"));
    }

    /** Go on with what the gallery shows. */
    async useResult() {
        const address = host.resultAddress();
        if (address) await this.openAddress(address, "takingResult");
        else this.#parts.status.error(text("noResult"));
    }

    /** Put picture and mask into the host's own tab. */
    async send() {
        const {client, status} = this.#parts;
        this.refresh();
        await this.#refreshing;
        if (!this.preview || this.isStale) return; // the status says why
        status.wait("sending", {atOnce: true});
        await this.#reporting(async() => {
            const {blob, shownByServer} = this.#source;
            const picture = shownByServer ? await client.picture(this.#state.edit.image) : blob;
            const sent = await host.sendToInpaintUpload(asFile(picture, "picture"), asFile(await maskPng(this.preview), "mask"));
            status.done();
            if (!sent) status.error(text("noTarget"));
        });
    }

    async #openThroughServer(blob, turn) {
        const uploaded = await this.#parts.client.upload(blob);
        const picture = await decode(await this.#parts.client.picture(uploaded.image));
        if (turn !== this.#opening) return;
        this.#put(blob, picture, true);
        this.#uploaded(uploaded);
    }

    #put(blob, picture, shownByServer = false) {
        const before = {state: this.#state, source: this.#source, previewer: this.#previewer};
        this.#parts.client.cancel();
        this.#previewer = new Previewer(this.#parts.client);
        this.#source = {blob, picture, shownByServer, upload: null, before};
        this.#state = states.newPicture(this.#state);
        this.#notes = "";
        this.#render();
    }

    /** The server knows the picture. @param {Uploaded} uploaded */
    #uploaded({image, width, height, notes = []}) {
        const {picture, before} = this.#source;
        before?.source?.picture.bitmap.close();
        this.#source.before = null;
        this.#state = states.setImage(this.#state, image);
        this.#notes = notes.map(host.translate).join(" ");
        if (picture.width !== width || picture.height !== height) {
            this.#source.picture = {...picture, width, height};
            this.#state = states.setImage(states.newPicture(this.#state), image);
            this.#notes = text("sizeChanged");
        }
        this.#render();
    }

    /** The server will not have this picture: the one before is there again. @param {Source} source */
    #takeBack({before, picture}) {
        picture.bitmap.close();
        this.#source = before.source;
        this.#state = before.state;
        this.#previewer = before.previewer;
        this.#render();
    }

    async #refresh() {
        if (this.#source && !this.#state.edit.image) await this.#upload(this.#source);
        if (this.#source && this.#state.edit.image) await this.#updatePreview();
        else this.#parts.status.done();
    }

    /** @param {Source} source */
    async #upload(source) {
        this.#parts.status.wait("uploading");
        source.upload ??= this.#parts.client.upload(source.blob);
        try {
            const uploaded = await source.upload;
            if (source === this.#source && !this.#state.edit.image) this.#uploaded(uploaded);
        } catch (error) {
            if (error.saysNo && source === this.#source) this.#takeBack(source);
            throw error;
        } finally {
            source.upload = null;
        }
    }

    async #updatePreview() {
        const {status} = this.#parts;
        const {edit} = this.#state;
        const area = host.workingArea();
        if (!edit.selection.length) {
            this.#previewer.forget();
        } else if (this.#previewer.needs(edit, area)) {
            status.wait("selecting", {later: "selectingLong"});
            const asked = this.#ask(edit, area);
            this.#draw(); // as no longer true
            if (!await asked) return; // a newer request will tell
            status.error("");
        } else if (this.isStale) {
            return;
        }
        status.done();
        this.#render();
    }

    #ask(edit, area) {
        const source = this.#source;
        const reupload = async() => {
            const {image} = await this.#parts.client.upload(source.blob);
            if (source === this.#source) this.#state = states.setImage(this.#state, image);
            return image;
        };
        return this.#previewer.ask(edit, area, {reupload, onBusy: () => this.#parts.status.wait("busy", {atOnce: true})});
    }

    /** Do something for the person, and tell them when it fails. @param {() => Promise<unknown>} task */
    async #reporting(task) {
        try {
            await task();
        } catch (error) {
            this.#parts.status.done();
            this.#parts.status.error(sentenceOf(error));
            if (error instanceof Unreachable) this.refresh(RETRY_MS);
            this.#draw();
        }
    }

    #render() {
        const {controls, status, showPicture} = this.#parts;
        const {edit} = this.#state;
        const selected = edit.selection.length > 0;
        const next = !this.picture ? "" : text(selected ? "ready" : "first");
        showPicture(this.picture);
        controls.show(this.#state, {picture: this.picture !== null, sendable: selected});
        status.hint(this.#notes ? `${this.#notes} ${next}` : next, selected ? this.preview?.header.advice.map(host.translate) : []);
        this.#draw();
        this.write();
    }

    #draw() {
        const {view, showPlan} = this.#parts;
        view.show({picture: this.picture, preview: this.preview, stale: this.isStale, steps: this.#state.edit.selection});
        showPlan(this.preview);
    }
}

/** @param {Error} error */
export function sentenceOf(error) {
    if (error instanceof Unreachable) return text("offline");
    if (error instanceof Refused) return error.needsLogin ? text("login") : host.translate(error.message);
    console.error("Click Inpaint:", error);
    return error.message;
}
