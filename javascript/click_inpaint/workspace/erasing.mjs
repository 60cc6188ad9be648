// Erasing: what is selected is filled at once, without a job of the host's. The result is a round and becomes the picture;
// undo leads back to the one before.

import {readInfotext} from "../edit/infotext.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../store/store.mjs").Store} Store */
/**
 * @typedef {object} Parts
 * @property {Store} store
 * @property {import("../server/client.mjs").Client} client
 * @property {import("../panel/rounds.mjs").Rounds} rounds
 * @property {() => Promise<boolean>} supply  sees to it that the server has what the Edit names
 */

export class Erasing {
    #parts;
    #isBusy = false;
    /** The rounds of results that became the picture. @type {WeakMap<Blob, string>} */
    #rounds = new WeakMap();

    /** @param {Parts} parts */
    constructor(parts) {
        this.#parts = parts;
    }

    /** Fill what is selected. Where anything fails, all stays as it is and the person is told. */
    async erase() {
        const {store} = this.#parts;
        if (this.#isBusy) return;
        this.#isBusy = true;
        try {
            store.messages.error("");
            if (await store.settled()) await store.attempt(() => this.#erase()); // else the messages say why
        } finally {
            this.#isBusy = false;
        }
    }

    /** Whether undo leads to the picture before. */
    get leadsBack() {
        return this.#round !== "";
    }

    /** Go back to the picture before, with what was selected on it. @returns {boolean} false where something else is to be undone first */
    undo() {
        const round = this.#round;
        if (round) void this.#parts.store.attempt(() => this.#parts.rounds.goBack(round));
        return round !== "";
    }

    /** That of the open picture, while nothing has been changed on it. */
    get #round() {
        const {source, state: {past}} = this.#parts.store;
        return (!past.length && source?.blob && this.#rounds.get(source.blob)) || "";
    }

    async #erase() {
        const {store, client, rounds, supply} = this.#parts;
        const {source} = store;
        store.messages.wait("erasing", {atOnce: true});
        if (!await supply()) return;
        store.messages.wait("erasing", {atOnce: true});
        const edit = store.shownEdit;
        const blob = await client.erase(edit);
        const address = `erased ${Date.now()}`;
        await rounds.take([{address, infotext: await readInfotext(blob), blob, edit}]);
        store.messages.done();
        if (source !== store.source) return; // the person is elsewhere; the round is there
        this.#rounds.set(blob, address);
        rounds.goesOn(blob);
        if (await store.bring(async() => ({from: blob}))) store.messages.told(text("erased"), "done");
    }
}
