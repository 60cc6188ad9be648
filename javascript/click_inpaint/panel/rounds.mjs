// What has been made of the picture so far: each round is a result, the Edit that made it, and the picture it was made
// from. One can go back to any.

import {element} from "../dom/element.mjs";
import {editIn, isErased, isOurs, parseInfotext} from "../edit/infotext.mjs";
import {NO_FRAME} from "../edit/geometry.mjs";
import {adopt, newPicture} from "../edit/state.mjs";
import {asFile, decode} from "../pictures/picture.mjs";
import {download} from "../host/gallery.mjs";
import {isExact, noteOn, resultPicture} from "../pictures/result.mjs";
import {roundsFile} from "../pictures/rounds_file.mjs";
import {thumbOf} from "../pictures/thumb.mjs";
import {Lineage, lineageOf} from "../store/lineage.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../pictures/source.mjs").Source} Source */
/** @typedef {import("../pictures/storage.mjs").Round} Round */
/** @typedef {import("../store/store.mjs").Store} Store */
/**
 * @typedef {object} Parts
 * @property {Store} store
 * @property {import("../server/client.mjs").Client} client
 * @property {import("../pictures/storage.mjs").Storage} storage
 * @property {import("../store/session.mjs").Session} session
 * @property {import("./compare.mjs").Compare} compare
 * @property {import("../store/keeping.mjs").Keeping} keeping
 */

/** Of one lineage, and of all. */
const KEPT = 24, KEPT_IN_ALL = 96;

export class Rounds {
    #parts;
    #list = element("ol", {class: "ci-strip"});
    /** Pictures that go on from a round. @type {WeakSet<Blob | Source>} */
    #successors = new WeakSet();
    /** Object addresses of thumbnails. @type {Map<string, string>} */
    #addresses = new Map();
    /** @type {Source | null} */
    #source = null;
    /** @type {readonly Round[]} */
    #shown = [];
    #lineage = new Lineage();
    /** The id of the round that was gone back to last. */
    #chosen = "";
    #note = element("input", {type: "text", class: "ci-note-input", "aria-label": text("roundNote"), placeholder: text("roundNote"), hidden: true,
        onchange: () => this.#parts.store.attempt(() => this.#write())});
    /** The Edit of the job that was started last. @type {Round["edit"] | null} */
    #started = null;

    section = element("section", {class: "ci-rounds", hidden: true, "aria-label": text("rounds")},
        element("span", {class: "ci-label", title: text("roundsTip")}, text("rounds")), this.#list, this.#note,
        element("button", {type: "button", class: "ci-button", title: text("saveRoundsTip"), onclick: () => this.#parts.store.attempt(() => this.#save())},
            text("saveRounds")));

    /** @param {Parts} parts */
    constructor(parts) {
        this.#parts = parts;
        parts.store.follow(() => this.#show());
    }

    /** This picture goes on from a round: the strip stays when it is opened. @param {Blob | Source} from */
    goesOn(from) {
        this.#successors.add(from);
    }

    /** Whether a round's result lies there. @param {string} address */
    knows(address) {
        return this.#rounds.some(({id}) => id === this.#idOf(address));
    }

    /** A job was started: its results may come without its Edit, where that is not to be in saved files. @param {Round["edit"]} edit */
    expect(edit) {
        this.#started = edit;
    }

    /** The picture that the result at this address was made from, by the server's id; "" where it is no round's. @param {string} address */
    pictureOf(address) {
        return this.#rounds.find(({id}) => id === this.#idOf(address))?.image ?? "";
    }

    /** The result at this address, where it is kept as it was stitched; else null. @param {string} address @returns {Promise<Blob | null>} */
    async resultAt(address) {
        const round = this.#rounds.find(({id}) => id === this.#idOf(address));
        const result = round ? await this.#parts.storage.picture(resultOf(round)) : null;
        return result && isExact(result) ? result : null;
    }

    /** Open the picture that the result at this address was made from, with what was selected on it. @param {string} address */
    async goBack(address) {
        const round = this.#rounds.find(({id}) => id === this.#idOf(address));
        if (round) await this.#bringBack(round);
    }

    /** Show those of the open picture from now on. */
    start() {
        this.#parts.store.follow(store => this.#lookAtPicture(store));
    }

    /** Lay the open picture's result at this address, or its newest, over the picture. @param {string | null} address @returns {Promise<boolean>} false where it has none */
    async compare(address) {
        const {roundsOfPicture} = this.#parts.store;
        const round = roundsOfPicture.find(({id}) => id === this.#idOf(address)) ?? roundsOfPicture.at(-1);
        const result = round && await this.#parts.storage.picture(resultOf(round));
        if (result) await this.#compareWith(result, round.edit);
        return Boolean(result);
    }

    /** What this tab showed before a reload. */
    async restore() {
        const kept = (await this.#parts.storage.all("rounds")).filter(({session}) => session === this.#parts.session.id);
        this.#parts.store.setRounds([...kept, ...this.#rounds]);
    }

    /**
     * Add the results of a job that were made from the open picture, or from one that a round was made from.
     * @param {readonly import("../host/gallery.mjs").Result[]} results
     * @returns {Promise<number>} how many of them are new and the open picture's
     */
    async take(results) {
        const known = new Set(this.#rounds.map(({id}) => id));
        for (const result of results) {
            const said = parseInfotext(result.infotext);
            const recorded = result.edit ?? await editIn(said) ?? (isOurs(said) ? this.#started : null);
            const edit = recorded && await this.#parts.session.whole(recorded);
            if (edit?.image && this.#isOurs(edit.image)) await this.#add(result, edit.image, edit, said);
        }
        return this.#parts.store.roundsOfPicture.filter(({id}) => !known.has(id)).length;
    }

    get #rounds() {
        return this.#parts.store.rounds;
    }

    /** Another picture, opened by hand, has other rounds. @param {Store} store */
    #lookAtPicture({source, state}) {
        if (!source || !state.edit.image || source === this.#source) return;
        this.#source = source;
        const goesOn = this.#successors.has(source) || source.blob !== null && this.#successors.has(source.blob);
        if (this.#lineage.follow(this.#rounds, state.edit.image, goesOn)) this.#show();
    }

    /** Of a result of the picture with this id. @param {string} image */
    #lineageOf(image) {
        const other = this.#rounds.find(round => round.image === image);
        return other ? lineageOf(other) : this.#lineage.name;
    }

    /** All rounds of this one's lineage. @param {Round} round */
    #together(round) {
        return this.#rounds.filter(other => lineageOf(other) === lineageOf(round));
    }

    /** @param {string | null} address */
    #idOf(address) {
        return `${this.#parts.session.id} ${address}`;
    }

    /** Whether it is the open picture, or one that a round was made from. @param {string} image */
    #isOurs(image) {
        return image === this.#parts.store.state.edit.image || this.#rounds.some(round => round.image === image);
    }

    /** @param {import("../host/gallery.mjs").Result} result @param {string} image @param {Round["edit"]} edit @param {import("../edit/infotext.mjs").Infotext} said */
    async #add(result, image, edit, {prompt, values}) {
        const blob = result.blob ?? await resultPicture(this.#parts.client, result, image);
        if (!blob) return; // the host has thrown it away already
        const id = this.#idOf(result.address);
        if (this.#rounds.some(round => round.id === id)) return;
        const round = {id, session: this.#parts.session.id, time: Date.now(), image, edit,
            prompt, seed: values.get("Seed") ?? "", infotext: result.infotext, lineage: this.#lineageOf(image), thumb: await thumbOf(blob)};
        this.#parts.store.setRounds([...this.#rounds, round]);
        await this.#parts.storage.keepPicture(resultOf(round), blob, round.time);
        await this.#parts.storage.put("rounds", round);
        await this.#forget([...this.#rounds.slice(0, -KEPT_IN_ALL), ...this.#together(round).slice(0, -KEPT)]);
        this.#list.scrollLeft = this.#list.scrollWidth;
    }

    /** All rounds as one file of this computer, from which they can be painted again. */
    async #save() {
        const {session, storage, store} = this.#parts;
        const rounds = this.#shown;
        store.messages.error("");
        store.messages.wait("savingRounds");
        const {file, count} = await roundsFile(rounds, id => session.bytes(id), round => storage.picture(resultOf(round)));
        store.messages.done();
        if (count) download(asFile(file, "rounds"));
        if (count < rounds.length) store.messages.error(text("roundsNotSaved", {count: rounds.length - count}));
    }

    /** Lay one round's result over another's: that of the round gone back to last, else of the one before. @param {Round} round */
    async #compareTwo(round) {
        const {compare, storage, store} = this.#parts;
        const at = this.#shown.indexOf(round);
        const other = this.#shown.find(({id}) => id === this.#chosen && id !== round.id) ?? this.#shown[at - 1] ?? this.#shown[at + 1];
        const [before, after] = await Promise.all([other, round].map(one => one ? storage.picture(resultOf(one)) : null));
        if (!before || !after) {
            store.messages.error(text("roundGone"));
            return;
        }
        const decoded = await decode(before);
        await compare.open(decoded, after, () => this.#goOn(after));
        decoded.bitmap.close();
    }

    /** What the person writes about the round gone back to. */
    async #write() {
        const round = this.#shown.find(({id}) => id === this.#chosen);
        if (!round) return;
        const noted = {...round, note: this.#note.value.trim()};
        this.#parts.store.setRounds(this.#rounds.map(other => other === round ? noted : other));
        await this.#parts.storage.put("rounds", noted);
    }

    /** Go back to a round: its picture with its Edit, and its result beside it. @param {Round} round */
    async #goTo(round) {
        const {store, storage} = this.#parts;
        this.#chosen = round.id;
        this.#showNote();
        if (store.state.edit.image === round.image) store.change(state => adopt(state, round.edit));
        else if (!await this.#bringBack(round)) return;
        const {source} = store;
        const result = await storage.picture(resultOf(round));
        if (result && source === store.source) await this.#compareWith(result, round.edit);
    }

    /** @param {Blob} result @param {Round["edit"]} edit  that made it */
    async #compareWith(result, {frame}) {
        const {compare, store} = this.#parts;
        if (store.picture) await compare.open(store.picture, result, () => this.#goOn(result), frame && {...NO_FRAME, ...frame});
    }

    /** Open a round's result. @param {Blob} result */
    #goOn(result) {
        const {keeping, store} = this.#parts;
        this.goesOn(result);
        void store.bring(async() => ({from: result, note: noteOn(result), arrive: await keeping.arrival()}));
    }

    /** @param {Round} round @returns {Promise<boolean>} whether its picture is the open one now */
    #bringBack({image, edit}) {
        const {session, store} = this.#parts;
        return store.bring(async isWanted => {
            const from = await session.source(image);
            if (from) this.goesOn(from);
            else if (isWanted()) store.messages.error(text("roundGone"));
            return from && {from, arrive: state => adopt(newPicture(state), edit)};
        });
    }

    /** @param {readonly Round[]} rounds */
    async #forget(rounds) {
        const ids = new Set(rounds.map(({id}) => id));
        if (!ids.size) return;
        this.#parts.store.setRounds(this.#rounds.filter(({id}) => !ids.has(id)));
        for (const round of rounds) {
            await this.#parts.storage.remove("rounds", round.id);
            await this.#parts.storage.remove("pictures", resultOf(round));
        }
    }

    #show() {
        const rounds = this.#lineage.of(this.#rounds);
        if (rounds.length === this.#shown.length && rounds.every((round, at) => round === this.#shown[at])) return;
        this.#shown = rounds;
        this.section.hidden = !rounds.length;
        for (const [id, address] of this.#addresses) {
            if (this.#rounds.some(round => round.id === id)) continue;
            URL.revokeObjectURL(address);
            this.#addresses.delete(id);
        }
        this.#list.replaceChildren(...rounds.map((round, at) => this.#item(round, at + 1)));
        this.#showNote();
    }

    #showNote() {
        const round = this.#shown.find(({id}) => id === this.#chosen);
        this.#note.hidden = !round;
        this.#note.value = round?.note ?? "";
    }

    /** @param {Round} round @param {number} number */
    #item(round, number) {
        const {id, seed, thumb, note} = round;
        const prompt = round.prompt || (isErased(parseInfotext(round.infotext ?? "")) ? text("erasedRound") : "");
        const src = this.#addresses.get(id) ?? URL.createObjectURL(thumb);
        this.#addresses.set(id, src);
        const made = text("round", {number, seed, prompt: prompt || "–"});
        const name = note ? `${made} (${note})` : made;
        return element("li", {}, element("button", {type: "button", class: "ci-round", title: name,
            onclick: (/** @type {MouseEvent} */ event) => this.#parts.store.attempt(() => event.shiftKey ? this.#compareTwo(round) : this.#goTo(round))},
        element("img", {src, alt: "", draggable: false}), element("span", {}, `${number} · ${note || prompt || seed}`)));
    }
}

/** @param {Round} round */
function resultOf({id}) {
    return `result ${id}`;
}
