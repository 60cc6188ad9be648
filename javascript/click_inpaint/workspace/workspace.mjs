// What lies around the editor: the steps, the rounds, before and after, what outlasts a reload, and the ways in and out.

import * as host from "../host/page.mjs";
import {Compare} from "../panel/compare.mjs";
import {EmbeddingWatch} from "../store/embedding.mjs";
import {addSendButtons, lastJob, onGallery} from "../host/gallery.mjs";
import {Notice} from "../panel/notice.mjs";
import {Rounds} from "../panel/rounds.mjs";
import {Session} from "../store/session.mjs";
import {StepList} from "../panel/steps.mjs";
import {Storage} from "../pictures/storage.mjs";
import {text} from "../text/text.mjs";
import {Transfer} from "./transfer.mjs";

/** @typedef {import("../store/app.mjs").App} App */
/**
 * @typedef {object} Parts
 * @property {App} app
 * @property {import("../server/client.mjs").Client} client
 * @property {import("../panel/controls.mjs").Controls} controls
 * @property {import("../panel/status.mjs").StatusLine} status
 * @property {import("../canvas/canvas.mjs").CanvasView} view
 * @property {HTMLElement} stage  that holds the canvas
 */

export class Workspace {
    #parts;
    #session;
    #compare;
    #job = "";
    notice = new Notice();
    steps;
    rounds;
    transfer;

    /** @param {Parts} parts @param {AbortSignal} signal */
    constructor(parts, signal) {
        const {app, client, status, stage, view} = this.#parts = parts;
        const storage = new Storage();
        app.recallWith(id => storage.picture(id));
        this.#session = new Session(app, client, storage);
        this.#compare = new Compare(blob => this.transfer.useBlob(blob), signal);
        this.rounds = new Rounds({app, storage, session: this.#session, compare: result => this.#compareWith(result),
            fail: sentence => status.error(sentence)});
        this.transfer = new Transfer({app, client, status, notice: this.notice, session: this.#session, rounds: this.rounds});
        this.steps = new StepList(app, highlight => view.show({highlight}));
        stage.append(this.#compare.overlay);
        this.#follow(signal);
    }

    /** Lay the gallery's result, or the newest, over the picture; once more, take it away. */
    async compare() {
        if (this.#compare.isOpen) return this.#compare.close();
        const result = await this.rounds.shown(host.resultAddress());
        if (result) await this.#compareWith(result);
        else this.#parts.status.error(text("noResult"));
    }

    /** Bring back what this tab showed, then begin to keep. @param {AbortSignal} signal */
    async begin(signal) {
        await this.rounds.restore();
        const isBack = await this.#session.restore(from => this.rounds.goesOn(from));
        if (isBack) this.#parts.status.told(text("restored"));
        this.#session.start(signal);
        this.#parts.app.follow(app => this.rounds.follow(app));
    }

    /** @param {AbortSignal} signal */
    #follow(signal) {
        const {app, client, controls, status} = this.#parts;
        const embedding = new EmbeddingWatch(client, status);
        let source = app.source;
        app.follow(({state}) => void embedding.follow(state));
        app.follow(({state}) => this.steps.show(state.edit.selection));
        app.follow(() => {
            controls.offerCompare(this.rounds.hasAny);
            if (source !== app.source) {
                this.#compare.close();
                this.notice.close();
            }
            source = app.source;
        });
        this.#job = lastJob()?.job ?? "";
        onGallery(() => this.#lookAtGallery(), signal);
        addSendButtons(address => this.transfer.openHere(address), signal);
    }

    #lookAtGallery() {
        const last = lastJob();
        if (!last || last.job === this.#job) return;
        this.#job = last.job;
        void this.#parts.app.attempt(async() => {
            await this.rounds.take(last.results);
            this.#parts.controls.offerCompare(this.rounds.hasAny);
        });
    }

    /** @param {Blob} result */
    async #compareWith(result) {
        const {app} = this.#parts;
        if (app.picture) await this.#compare.open(app.picture, result);
    }
}
