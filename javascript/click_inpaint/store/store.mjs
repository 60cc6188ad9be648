// The one place where things change: the state, the open picture, its preview, and what the server can do. Everything
// that shows any of it follows the store.

import * as geometry from "../edit/geometry.mjs";
import * as host from "../host/page.mjs";
import * as states from "../edit/state.mjs";
import {writeChanges} from "../host/values.mjs";
import {Refused, Unreachable} from "../server/client.mjs";
import {OpenDocument} from "./document.mjs";
import {Source} from "../pictures/source.mjs";
import {sentenceOf} from "./messages.mjs";

/**
 * @typedef {import("../edit/geometry.mjs").Point} Point
 * @typedef {import("../edit/mask.mjs").Preview} Preview
 * @typedef {import("../edit/state.mjs").State} State
 * @typedef {import("../pictures/storage.mjs").Round} Round
 * @typedef {import("../server/client.mjs").Status} Status
 * @typedef {import("../server/client.mjs").Uploaded} Uploaded
 * @typedef {(state: State) => State} Transition
 *
 * @typedef {object} Found  a picture that is to be opened
 * @property {Blob | Source} from
 * @property {Transition | undefined} [arrive]  what becomes of the state; without it the settings stay and the selection goes
 * @property {string} [note]  what the person should know about it
 */

const SLIDER_MS = 80;
const RETRY_MS = 4000;

export class Store {
    #client;
    #document;
    /** @type {Set<(store: Store) => void>} */
    #followers = new Set();
    #timer = 0;
    #refreshing = Promise.resolve(true);
    /** @type {Status | null} */
    #server = null;
    /** @type {readonly Round[]} */
    #rounds = [];
    /** @type {State["edit"]["selection"] | null} what was selected when the last result came */
    #painted = null;
    #isAway = false;
    /** @type {object | null} the turn of the picture that is on its way in */
    #coming = null;
    messages;

    /**
     * @param {import("../server/client.mjs").Client} client
     * @param {import("./messages.mjs").Messages} messages  told what goes on, and what goes wrong
     * @param {(id: string) => Promise<Blob | null>} [recall]  finds pictures that the server has forgotten, by its ids
     */
    constructor(client, messages, recall) {
        this.#client = client;
        this.messages = messages;
        this.#document = new OpenDocument(client, recall);
    }

    get state() { return this.#document.state; }
    get source() { return this.#document.source; }
    get picture() { return this.source?.picture ?? null; }
    /** The last preview known; `isStale` while it is not that of the Edit. */
    get preview() { return this.#document.previewer.preview; }
    get isStale() { return this.#document.previewer.isStale; }
    get isSelected() { return this.state.edit.selection.length > 0; }
    /** Whether there is anything to paint. */
    get paints() { return this.isSelected || this.state.edit.frame !== undefined; }
    /** What is to be known about the open picture. */
    get notes() { return this.#document.notes; }
    /** What can select and what can paint, as last told. */
    get server() { return this.#server; }
    /** Everything that this tab has made, oldest first. */
    get rounds() { return this.#rounds; }
    /** What was made of the open picture. */
    get roundsOfPicture() { return this.#rounds.filter(({image}) => image === this.state.edit.image); }
    /** Whether a result has come since something else was selected. */
    get isPainted() { return this.roundsOfPicture.length > 0 && this.#painted === this.state.edit.selection; }

    /** @param {readonly Round[]} rounds */
    setRounds(rounds) {
        if (rounds.length > this.#rounds.length) this.#painted = this.state.edit.selection;
        this.#rounds = rounds;
        this.#tell();
    }

    /** Whether the person has neither opened a picture, be it still on its way, nor changed anything. */
    get isUntouched() { return !this.#coming && !this.source && !this.state.past.length; }

    /** Be called now and after each change. @param {(store: Store) => void} follower */
    follow(follower) {
        this.#followers.add(follower);
        follower(this);
    }

    /** @param {Transition} transition @param {string} [gesture] that may go on @returns {boolean} whether it changed anything */
    change(transition, gesture = "") {
        const next = transition(this.state);
        if (next === this.state) return false;
        writeChanges(this.state.host, next.host);
        this.#document.state = next;
        this.#document.notes = "";
        this.messages.error("");
        this.#tell();
        this.refresh(gesture ? SLIDER_MS : 0);
        return true;
    }

    /**
     * @param {Point} point in picture pixels
     * @param {{include: boolean, newObject: boolean}} how
     * @returns {boolean} false beside the picture, where a click does nothing
     */
    click(point, how) {
        if (!this.picture || !geometry.contains(this.picture, point)) return false;
        const on = geometry.ontoPicture(this.picture, point);
        this.change(state => states.addClick(state, {...on, ...how}));
        return true;
    }

    /** @param {Point} a @param {Point} b */
    box(a, b) {
        const {picture} = this;
        if (picture) this.change(state => states.addBox(state, geometry.boxBetween(picture, a, b)));
    }

    /** @param {readonly Point[]} points @param {number} radius picture pixels @param {"brush" | "eraser"} mode */
    stroke(points, radius, mode) {
        if (this.picture) this.change(state => states.addStroke(state, points, radius, mode));
    }

    /** @param {readonly Point[]} points @param {"add" | "subtract" | "intersect"} mode */
    lasso(points, mode) {
        if (this.picture) this.change(state => states.addLasso(state, points, mode));
    }

    /** Go on to another of the answers to the last object's clicks. @param {number} delta */
    walk(delta) {
        this.change(() => this.#document.walked(delta));
    }

    /** Give an object that is painted by itself a prompt of its own. @param {number} at its place among them @param {string} prompt */
    prompt(at, prompt) {
        this.change(() => this.#document.prompted(at, prompt), `prompt ${at}`);
    }

    /** The Edit as it is sent off: with the mask that the person sees named in it. @returns {import("../edit/state.mjs").Edit} */
    get shownEdit() {
        return this.#document.shownEdit(host.workingArea());
    }

    /** Bring what is shown up to what is asked, after a while. @param {number} [delayMs] */
    refresh(delayMs = 0) {
        clearTimeout(this.#timer);
        if (delayMs) this.#timer = setTimeout(() => this.refresh(), delayMs);
        else this.#refreshing = this.attempt(() => this.#refresh());
    }

    /** The preview of the Edit as it is now; null where there is none, and the messages say why. @returns {Promise<Preview | null>} */
    async settled() {
        let isAnswered;
        do {
            this.refresh();
            isAnswered = await this.#refreshing;
        } while (isAnswered && !this.#document.isSettled(host.workingArea())); // changed meanwhile
        return isAnswered ? this.preview : null;
    }

    /** What can select and what can paint, asked anew. */
    loadStatus() { return this.attempt(() => this.#loadStatus()); }

    /** Open a picture: it shows before its upload ends. @param {Blob | Source} from @param {Transition} [arrive] */
    open(from, arrive) {
        return this.bring(async() => ({from, arrive}));
    }

    /**
     * Find a picture and open it. Another one that is asked for later takes its place, however soon that comes.
     * @param {(isWanted: () => boolean) => Promise<Found | null>} find  null where there is none to open
     * @returns {Promise<boolean>} whether it is the open one now
     */
    async bring(find) {
        const turn = this.#coming = {};
        const isWanted = () => turn === this.#coming;
        this.messages.error("");
        this.messages.wait("opening");
        /** @type {Source | null} */
        let opened = null;
        await this.attempt(async() => { opened = await this.#take(await find(isWanted), isWanted); }, isWanted);
        if (isWanted()) {
            this.#coming = null;
            this.messages.done();
        }
        if (!opened) return false;
        this.refresh();
        await this.#refreshing;
        return opened === this.source;
    }

    /** @param {Found | null} found @param {() => boolean} isWanted @returns {Promise<Source | null>} what is open now */
    async #take(found, isWanted) {
        if (!found) return null;
        const {from, arrive = states.newPicture, note = ""} = found;
        const source = from instanceof Source ? from : isWanted() ? await Source.opened(this.#client, from) : null;
        if (!source || !isWanted()) {
            source?.close();
            return null;
        }
        this.#document.put(source, arrive, note);
        this.#tell();
        if (source.known) this.#uploaded(source.known);
        return source;
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

    /** @param {unknown} error */
    #failed(error) {
        this.messages.done();
        this.messages.error(sentenceOf(error));
        const isUnreachable = error instanceof Unreachable;
        if (isUnreachable || error instanceof Refused) this.#isAway = isUnreachable || error.needsLogin;
        if (isUnreachable) this.refresh(RETRY_MS);
        this.#tell();
    }

    async #loadStatus() {
        this.#server = await this.#client.status();
        if (this.#isAway) this.messages.error("");
        this.#isAway = false;
        this.#tell();
    }

    /** The server knows the picture. @param {Uploaded} uploaded @param {boolean} [isAsShown]  whether it showed as the server reads it */
    #uploaded(uploaded, isAsShown = true) {
        this.#document.known(uploaded, isAsShown);
        this.#tell();
    }

    /** The server will not have this picture. */
    #takeBack() {
        this.#document.takeBack();
        this.#tell();
        this.refresh(RETRY_MS); // its preview was given up, or never came; first the reason is read
    }

    async #refresh() {
        if (this.#isAway) await this.#loadStatus(); // tells whether the server is there again, and what it has now
        if (this.source && !this.state.edit.image) await this.#upload(this.source);
        if (this.source && this.state.edit.image) await this.#updatePreview();
        else this.messages.done();
    }

    /** @param {Source} source */
    async #upload(source) {
        this.messages.wait("uploading");
        try {
            const uploaded = await source.upload(this.#client);
            const isAsShown = await source.agreesWith(this.#client, uploaded);
            if (source === this.source && !this.state.edit.image) this.#uploaded(uploaded, isAsShown);
        } catch (error) {
            if (error instanceof Refused && error.saysNo && source === this.source) this.#takeBack();
            throw error;
        }
    }

    async #updatePreview() {
        const {messages} = this;
        const {previewer, state: {edit}} = this.#document;
        const area = host.workingArea();
        if (!this.paints) {
            previewer.forget();
        } else if (previewer.needs(edit, area)) {
            messages.wait("selecting", {later: "selectingLong"});
            const asked = this.#document.ask(area, () => messages.wait("busy", {atOnce: true}));
            this.#tell(); // the preview is no longer that of the Edit
            if (!await asked) return; // a newer request will tell
            messages.error("");
        } else if (previewer.isStale) {
            return void await previewer.coming; // who asked for it will tell
        }
        messages.done();
        this.#tell();
    }

    #tell() { for (const follower of this.#followers) follower(this); }
}
