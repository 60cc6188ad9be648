// The one place where things change: the state, the open picture, and what follows from each.

import * as geometry from "../edit/geometry.mjs";
import * as host from "../host/page.mjs";
import * as states from "../edit/state.mjs";
import {Refused, Unreachable} from "../server/client.mjs";
import {OpenDocument} from "./document.mjs";
import {Source} from "../pictures/source.mjs";
import {sentenceOf} from "../panel/status.mjs";
import {text} from "../text/text.mjs";
import {translate} from "../text/translate.mjs";

/**
 * @typedef {import("../server/client.mjs").Uploaded} Uploaded
 * @typedef {import("../edit/geometry.mjs").Point} Point
 * @typedef {import("../edit/mask.mjs").Preview} Preview
 * @typedef {import("../pictures/picture.mjs").Decoded} Decoded
 * @typedef {import("../edit/state.mjs").State} State
 * @typedef {(state: State) => State} Transition
 *
 * @typedef {object} Parts
 * @property {import("../server/client.mjs").Client} client
 * @property {import("../canvas/canvas.mjs").CanvasView} view
 * @property {import("../panel/controls.mjs").Controls} controls
 * @property {import("../panel/status.mjs").StatusLine} status
 * @property {(preview: Preview | null) => void} showPlan
 * @property {(picture: Decoded | null) => void} showPicture
 */

const SLIDER_MS = 80;
const RETRY_MS = 4000;

export class App {
    #parts;
    #document;
    /** @type {Set<(app: App) => void>} */
    #followers = new Set();
    #notes = "";
    #timer = 0;
    #refreshing = Promise.resolve(true);
    /** @type {import("../panel/controls.mjs").Status | null} */
    #server = null;
    #isAway = false;
    /** @type {object | null} the turn of the picture that is on its way in */
    #coming = null;

    /** @param {Parts} parts */
    constructor(parts) {
        this.#parts = parts;
        this.#document = new OpenDocument(parts.client);
        this.#render();
    }

    get state() { return this.#document.state; }
    get source() { return this.#document.source; }
    /** What can select and what can paint, as last told. */
    get server() { return this.#server; }

    /** @returns {Decoded | null} */
    get picture() { return this.source?.picture ?? null; }
    /** The last preview known; `isStale` while it is not that of the Edit. */
    get preview() { return this.#document.previewer.preview; }
    get isStale() { return this.#document.previewer.isStale; }

    /** Whether the person has neither opened a picture, be it still on its way, nor changed anything. */
    get isUntouched() {
        return !this.#coming && !this.source && !this.state.past.length;
    }

    /** Find there what the server has forgotten. @param {(id: string) => Promise<Blob | null>} recall by the server's ids */
    recallWith(recall) {
        this.#document.recallWith(recall);
    }

    /** Be called now and after each change. @param {(app: App) => void} follower */
    follow(follower) {
        this.#followers.add(follower);
        follower(this);
    }

    /** @param {Transition} transition @param {string} [gesture] that may go on */
    change(transition, gesture = "") {
        const next = transition(this.state);
        if (next === this.state) return;
        this.#document.state = next;
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
        this.change(() => this.#document.walked(delta));
    }

    /** Show the box being drawn, or none. @param {Point | null} a @param {Point} [b] */
    drag(a, b) {
        this.#parts.view.show({drag: a && b && this.picture ? geometry.boxBetween(this.picture, a, b) : null});
    }

    /** Write the Edit where Generate looks; while another tab is chosen, nothing. */
    write() {
        const active = host.isOurTabChosen();
        host.markActive(active);
        host.writeEdit(active ? JSON.stringify(this.#document.shownEdit(host.workingArea())) : "");
    }

    /** Bring what is shown up to what is asked, after a while. @param {number} [delayMs] */
    refresh(delayMs = 0) {
        clearTimeout(this.#timer);
        if (delayMs) this.#timer = setTimeout(() => this.refresh(), delayMs);
        else this.#refreshing = this.attempt(() => this.#refresh());
    }

    /** The preview of the Edit as it is now; null where there is none, and the status says why. @returns {Promise<Preview | null>} */
    async settled() {
        let isAnswered;
        do {
            this.refresh();
            isAnswered = await this.#refreshing;
        } while (isAnswered && !this.#document.isSettled(host.workingArea())); // changed meanwhile
        return isAnswered ? this.preview : null;
    }

    /** What can select and what can paint, asked anew. */
    loadStatus() {
        return this.attempt(() => this.#loadStatus());
    }

    /**
     * Get a picture that is to be opened. Another one that is asked for later takes its place, however soon that comes.
     * @param {(isWanted: () => boolean) => Promise<unknown>} task  ends with `open`
     */
    async bring(task) {
        const {status} = this.#parts;
        const turn = this.#coming = {};
        const isWanted = () => turn === this.#coming;
        status.error("");
        status.wait("opening");
        await this.attempt(() => task(isWanted), isWanted);
        if (!isWanted()) return;
        this.#coming = null;
        status.done();
    }

    /**
     * Open a picture: it shows before its upload ends.
     * @param {Blob | Source} from @param {Transition} [arrive]  what becomes of the state; the settings stay
     * @returns {Promise<boolean>} whether it is the open one now
     */
    async open(from, arrive = states.newPicture) {
        /** @type {Source | undefined} */
        let opened;
        await this.bring(async isWanted => {
            const source = from instanceof Source ? from : await Source.opened(this.#parts.client, from);
            if (!isWanted()) return source.close();
            opened = source;
            this.#document.put(source, arrive);
            this.#notes = "";
            this.#render();
            if (source.known) this.#uploaded(source.known);
        });
        if (!opened) return false;
        this.refresh();
        await this.#refreshing;
        return opened === this.source;
    }

    /**
     * Do something for the person, and tell them when it fails.
     * @param {() => Promise<unknown>} task @param {() => boolean} [isWanted]  asked when it has failed: else nobody is told
     * @returns {Promise<boolean>} whether it did not fail
     */
    async attempt(task, isWanted = () => true) {
        try {
            await task();
            return true;
        } catch (error) {
            if (isWanted()) this.#failed(error);
            return false;
        }
    }

    /** @param {any} error */
    #failed(error) {
        this.#parts.status.done();
        this.#parts.status.error(sentenceOf(error));
        const isUnreachable = error instanceof Unreachable;
        if (isUnreachable || error instanceof Refused) this.#isAway = isUnreachable || error.needsLogin;
        if (isUnreachable) this.refresh(RETRY_MS);
        this.#draw();
    }

    async #loadStatus() {
        this.#server = await this.#parts.client.status();
        if (this.#isAway) this.#parts.status.error("");
        this.#isAway = false;
        this.#parts.controls.setStatus(this.#server);
        this.#render();
    }

    /** The server knows the picture. @param {Uploaded} uploaded */
    #uploaded(uploaded) {
        const isAsShown = this.#document.known(uploaded);
        this.#notes = isAsShown ? (uploaded.notes ?? []).map(translate).join(" ") : text("sizeChanged");
        this.#render();
    }

    /** The server will not have this picture. */
    #takeBack() {
        this.#document.takeBack();
        this.#render();
        this.refresh(RETRY_MS); // its preview was given up, or never came; first the reason is read
    }

    async #refresh() {
        if (this.#isAway) await this.#loadStatus(); // tells whether the server is there again, and what it has now
        if (this.source && !this.state.edit.image) await this.#upload(this.source);
        if (this.source && this.state.edit.image) await this.#updatePreview();
        else this.#parts.status.done();
    }

    /** @param {Source} source */
    async #upload(source) {
        this.#parts.status.wait("uploading");
        try {
            const uploaded = await source.upload(this.#parts.client);
            if (source === this.source && !this.state.edit.image) this.#uploaded(uploaded);
        } catch (error) {
            if (error.saysNo && source === this.source) this.#takeBack();
            throw error;
        }
    }

    async #updatePreview() {
        const {status} = this.#parts;
        const {previewer, state: {edit}} = this.#document;
        const area = host.workingArea();
        if (!edit.selection.length) {
            previewer.forget();
        } else if (previewer.needs(edit, area)) {
            status.wait("selecting", {later: "selectingLong"});
            const asked = this.#document.ask(area, () => status.wait("busy", {atOnce: true}));
            this.#draw(); // as no longer true
            if (!await asked) return; // a newer request will tell
            status.error("");
        } else if (previewer.isStale) {
            return void await previewer.coming; // who asked for it will tell
        }
        status.done();
        this.#render();
    }

    #render() {
        const {controls, status, showPicture} = this.#parts;
        const selected = this.state.edit.selection.length > 0;
        const next = !this.picture ? "" : text(selected ? "ready" : "first");
        showPicture(this.picture);
        controls.show(this.state, {picture: this.picture !== null, selected});
        status.hint(this.#notes ? `${this.#notes} ${next}` : next, selected ? this.preview?.header.advice.map(translate) : []);
        this.#draw();
        this.write();
        for (const follower of this.#followers) follower(this);
    }

    #draw() {
        const {view, showPlan} = this.#parts;
        view.show({picture: this.picture, preview: this.preview, stale: this.isStale, steps: this.state.edit.selection});
        showPlan(this.preview);
    }
}
