// What belongs to the work on a picture, apart from the canvas: the rounds, before and after, notices, what outlasts a
// reload, and the ways in and out.

import * as host from "../host/page.mjs";
import * as states from "../edit/state.mjs";
import * as seed from "../host/seed.mjs";
import {Compare} from "../panel/compare.mjs";
import {Erasing} from "./erasing.mjs";
import {EmbeddingWatch} from "../store/embedding.mjs";
import {addSendButtons, lastFailure, lastJob} from "../host/gallery.mjs";
import {onPasted} from "../host/pasted.mjs";
import {Keeping} from "../store/keeping.mjs";
import {NamedMasks} from "../store/named_masks.mjs";
import {Notice} from "../panel/notice.mjs";
import {Offer} from "../panel/offer.mjs";
import {Rounds} from "../panel/rounds.mjs";
import {Session} from "../store/session.mjs";
import {text} from "../text/text.mjs";
import {Transfer} from "./transfer.mjs";
import {supply} from "./supply.mjs";
import {translateMessage} from "../text/translate.mjs";

/** @typedef {import("../store/store.mjs").Store} Store */
/**
 * @typedef {object} Parts
 * @property {Store} store
 * @property {import("../server/client.mjs").Client} client
 * @property {import("../pictures/storage.mjs").Storage} storage
 */

export class Workspace {
    #store;
    #session;
    #compare;
    #job = lastJob()?.job ?? "";
    #failed = lastFailure()?.job ?? "";
    #offer;
    notice = new Notice();
    keeping;
    masks;
    rounds;
    transfer;
    erasing;

    /** @param {Parts} parts @param {AbortSignal} signal */
    constructor({store, client, storage}, signal) {
        this.#store = store;
        const session = this.#session = new Session(store, client, storage);
        const compare = this.#compare = new Compare(signal);
        const keeping = this.keeping = new Keeping({store, client, storage});
        this.masks = new NamedMasks({store, storage, keeping});
        this.rounds = new Rounds({store, client, storage, session, compare, keeping});
        this.transfer = new Transfer({store, client, notice: this.notice, session, rounds: this.rounds, keeping});
        this.erasing = new Erasing({store, client, rounds: this.rounds, supply: () => supply({store, client, storage})});
        this.#offer = new Offer({compare: () => this.#store.attempt(() => this.compare()), useResult: () => this.transfer.useResult(),
            again: () => this.#tryAgain()}, keeping.withResult);
        this.#closeWithPicture();
        this.#closeWithSelection();
        const embedding = new EmbeddingWatch(client, store.messages);
        store.follow(({state}) => void embedding.follow(state));
        host.onUpdate(() => {
            this.#lookAtGallery();
            this.#lookAtFailure();
        }, signal);
        addSendButtons(address => this.transfer.openHere(address), signal);
        onPasted(pasted => void this.transfer.paste(pasted), signal);
    }

    /** What is offered at the canvas when a job has ended. */
    get offer() {
        return this.#offer.box;
    }

    /** Before and after, which lies over the canvas while they are compared. */
    get comparison() {
        return this.#compare.overlay;
    }

    /** Where dropped, pasted and chosen files go. @returns {import("../pictures/intake.mjs").Receiver} */
    get intake() {
        return {
            file: blob => this.transfer.openFile(blob),
            address: address => this.transfer.openAddress(address),
            nothing: () => this.#store.messages.error(text("noPictureHere")),
        };
    }

    /** One step back; where none is left on a picture that was erased from, to the one before. */
    undo() {
        if (!this.erasing.undo()) this.#store.change(states.undo);
    }

    /** Lay the gallery's result, or the newest, over the picture; once more, take it away. */
    async compare() {
        this.#offer.close();
        if (this.#compare.isOpen) this.#compare.close();
        else if (!await this.rounds.compare(host.resultAddress())) this.#store.messages.error(text("noResult"));
    }

    /**
     * Bring back what this tab showed, then begin to keep.
     * @param {AbortSignal} signal @returns {Promise<boolean>} whether a picture has come back
     */
    async begin(signal) {
        await this.rounds.restore();
        const isBack = await this.#session.restore(from => this.rounds.goesOn(from));
        if (isBack) this.#store.messages.told(text("restored"));
        this.#session.start(signal);
        this.rounds.start();
        return isBack;
    }

    /** The same job once more, with another seed. */
    #tryAgain() {
        const fixed = seed.freeSeed();
        if (fixed !== null) this.#store.messages.told(text("seedFreed", {seed: fixed}));
        seed.pressGenerate();
    }

    /** What is said and shown about one picture goes when another is opened. */
    #closeWithPicture() {
        let open = this.#store.source;
        this.#store.follow(({source}) => {
            if (source === open) return;
            open = source;
            this.#compare.close();
            this.notice.close();
            this.#leaveResult();
        });
    }

    /** Whoever selects something else has left the result where it is. */
    #closeWithSelection() {
        let {selection} = this.#store.state.edit;
        this.#store.follow(({state: {edit}}) => {
            if (edit.selection === selection) return;
            ({selection} = edit);
            this.#leaveResult();
        });
    }

    /** Nothing is offered any more, and nothing called done. */
    #leaveResult() {
        if (this.#offer.box.hidden) return;
        this.#offer.close();
        this.#store.messages.told("");
    }

    #lookAtGallery() {
        const last = lastJob();
        if (!last || last.job === this.#job) return;
        this.#job = last.job;
        void this.#store.attempt(async() => {
            const count = await this.rounds.take(last.results);
            if (!count) return;
            this.#offer.open(count, this.#store.roundsOfPicture.at(-1)?.thumb);
            this.#store.messages.told(text("painted"), "done");
        });
    }

    /** What the host shows below its gallery is also said where the person works. */
    #lookAtFailure() {
        const last = lastFailure();
        if (!last || last.job === this.#failed) return;
        this.#failed = last.job;
        this.#store.messages.refuse(last.said.map(translateMessage).join(" "));
    }
}
