// The one place where things change: the state, the open picture, and what follows from each.

import * as geometry from "./geometry.mjs";
import * as host from "./host.mjs";
import * as states from "./state.mjs";
import {Unreachable} from "./client.mjs";
import {Previewer} from "./previewer.mjs";
import {Source} from "./source.mjs";
import {sentenceOf} from "./status.mjs";
import {text} from "./text.mjs";

/**
 * @typedef {import("./client.mjs").Uploaded} Uploaded
 * @typedef {import("./geometry.mjs").Point} Point
 * @typedef {import("./mask.mjs").Preview} Preview
 * @typedef {import("./picture.mjs").Decoded} Decoded
 * @typedef {import("./state.mjs").State} State
 * @typedef {(state: State) => State} Transition
 *
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
    /** @type {{state: State, source: Source | null, previewer: Previewer} | null} comes back when the server refuses what was opened */
    #before = null;
    /** @type {Set<(app: App) => void>} */
    #followers = new Set();
    #notes = "";
    #timer = 0;
    #refreshing = Promise.resolve();
    /** @type {import("./controls.mjs").Status | null} */
    #server = null;
    #opening = 0;

    /** @param {Parts} parts */
    constructor(parts) {
        this.#parts = parts;
        this.#previewer = new Previewer(parts.client);
        this.#render();
    }

    get state() { return this.#state; }
    get source() { return this.#source; }
    /** What can select and what can paint, as last told. */
    get server() { return this.#server; }

    /** @returns {Decoded | null} */
    get picture() {
        return this.#source?.picture ?? null;
    }

    /** The last preview known; `isStale` while it is not that of the Edit. */
    get preview() { return this.#previewer.preview; }

    get isStale() { return this.#previewer.isStale; }

    /** The Edit with the mask that the person sees named in it. */
    get shownEdit() {
        const {edit} = this.#state;
        const isShown = this.preview && !this.isStale && !this.#previewer.needs(edit, host.workingArea());
        return {...edit, shown: isShown ? this.preview.header.digest : ""};
    }

    /** Be called now and after each change. @param {(app: App) => void} follower */
    follow(follower) {
        this.#followers.add(follower);
        follower(this);
    }

    /** @param {Transition} transition @param {string} [gesture] that may go on */
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

    /** @param {readonly Point[]} points @param {number} radius picture pixels @param {"brush" | "eraser"} mode */
    stroke(points, radius, mode) {
        if (this.picture) this.change(state => states.addStroke(state, points, radius, mode));
    }

    /** @param {readonly Point[]} points @param {"add" | "subtract"} mode */
    lasso(points, mode) {
        if (this.picture) this.change(state => states.addLasso(state, points, mode));
    }

    /** Go on to another of the answers to the last object's clicks. @param {number} delta */
    walk(delta) {
        const last = this.#state.edit.selection.findLastIndex(states.isPrompt);
        const count = this.preview?.header.objects?.find(object => object.last === last)?.scores.length ?? 0;
        if (count < 2) return;
        const candidate = (this.#state.edit.selection[last].candidate + delta % count + count) % count;
        this.change(state => states.setCandidate(state, last, candidate));
    }

    /** Show the box being drawn, or none. @param {Point | null} a @param {Point} [b] */
    drag(a, b) {
        this.#parts.view.show({drag: a && b && this.picture ? geometry.boxBetween(this.picture, a, b) : null});
    }

    /** Write the Edit where Generate looks; while another tab is chosen, nothing. */
    write() {
        const active = host.isOurTabChosen();
        host.markActive(active);
        host.writeEdit(active ? JSON.stringify(this.shownEdit) : "");
    }

    /** Bring what is shown up to what is asked, after a while. @param {number} [delayMs] */
    refresh(delayMs = 0) {
        clearTimeout(this.#timer);
        if (delayMs) this.#timer = setTimeout(() => this.refresh(), delayMs);
        else this.#refreshing = this.attempt(() => this.#refresh());
    }

    /** The preview of the Edit as it is now; null where there is none, and the status says why. @returns {Promise<Preview | null>} */
    async settled() {
        this.refresh();
        await this.#refreshing;
        return this.isStale ? null : this.preview;
    }

    /** What can select and what can paint, asked anew. */
    loadStatus() {
        return this.attempt(async() => {
            this.#server = await this.#parts.client.status();
            this.#parts.controls.setStatus(this.#server);
        });
    }

    /**
     * Open a picture: it shows before its upload ends.
     * @param {Blob | Source} from @param {Transition} [arrive]  what becomes of the state; the settings stay
     * @returns {Promise<boolean>} whether it could be read
     */
    async open(from, arrive = states.newPicture) {
        const turn = ++this.#opening;
        this.#parts.status.error("");
        this.#parts.status.wait("opening");
        const opened = await this.attempt(async() => {
            const source = from instanceof Source ? from : await Source.opened(this.#parts.client, from);
            if (turn !== this.#opening) return source.close();
            this.#put(source, arrive);
            this.refresh();
        });
        await this.#refreshing;
        return opened;
    }

    /** Do something for the person, and tell them when it fails. @param {() => Promise<unknown>} task @returns {Promise<boolean>} whether it did not */
    async attempt(task) {
        try {
            await task();
            return true;
        } catch (error) {
            this.#parts.status.done();
            this.#parts.status.error(sentenceOf(error));
            if (error instanceof Unreachable) this.refresh(RETRY_MS);
            this.#draw();
            return false;
        }
    }

    /** @param {Source} source @param {Transition} arrive */
    #put(source, arrive) {
        if (this.#before) this.#source?.close(); // one that the server never took has none to come back to
        this.#before ??= {state: this.#state, source: this.#source, previewer: this.#previewer};
        this.#parts.client.cancel();
        this.#previewer = new Previewer(this.#parts.client);
        this.#source = source;
        this.#state = states.setImage(arrive(this.#state), "");
        this.#notes = "";
        this.#render();
        if (source.known) this.#uploaded(source.known);
    }

    /** The server knows the picture. @param {Uploaded} uploaded */
    #uploaded(uploaded) {
        this.#before?.source?.close();
        this.#before = null;
        this.#state = states.setImage(this.#state, uploaded.image);
        this.#notes = (uploaded.notes ?? []).map(host.translate).join(" ");
        if (this.#source.takeSize(uploaded)) {
            this.#state = states.setImage(states.newPicture(this.#state), uploaded.image);
            this.#notes = text("sizeChanged");
        }
        this.#render();
    }

    /** The server will not have this picture: the one before is there again. @param {Source} source */
    #takeBack(source) {
        source.close();
        ({source: this.#source, state: this.#state, previewer: this.#previewer} = this.#before);
        this.#before = null;
        this.#render();
        if (this.isStale) this.refresh(RETRY_MS); // its preview was given up; first the reason is read
    }

    async #refresh() {
        if (this.#source && !this.#state.edit.image) await this.#upload(this.#source);
        if (this.#source && this.#state.edit.image) await this.#updatePreview();
        else this.#parts.status.done();
    }

    /** @param {Source} source */
    async #upload(source) {
        this.#parts.status.wait("uploading");
        try {
            const uploaded = await source.upload(this.#parts.client);
            if (source === this.#source && !this.#state.edit.image) this.#uploaded(uploaded);
        } catch (error) {
            if (error.saysNo && source === this.#source) this.#takeBack(source);
            throw error;
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
            const {image} = await source.uploadAgain(this.#parts.client);
            if (source === this.#source) this.#state = states.setImage(this.#state, image);
            return image;
        };
        return this.#previewer.ask(edit, area, {reupload, onBusy: () => this.#parts.status.wait("busy", {atOnce: true})});
    }

    #render() {
        const {controls, status, showPicture} = this.#parts;
        const {edit} = this.#state;
        const selected = edit.selection.length > 0;
        const next = !this.picture ? "" : text(selected ? "ready" : "first");
        showPicture(this.picture);
        controls.show(this.#state, {picture: this.picture !== null, selected});
        status.hint(this.#notes ? `${this.#notes} ${next}` : next, selected ? this.preview?.header.advice.map(host.translate) : []);
        this.#draw();
        this.write();
        for (const follower of this.#followers) follower(this);
    }

    #draw() {
        const {view, showPlan} = this.#parts;
        view.show({picture: this.picture, preview: this.preview, stale: this.isStale, steps: this.#state.edit.selection});
        showPlan(this.preview);
    }
}
