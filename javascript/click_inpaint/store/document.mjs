// What is open: a picture, what the person asked of it, and its previews. What was open before stays at hand until the
// server has taken the new picture, for it may refuse it.

import * as states from "../edit/state.mjs";
import {realigned, setPrompt, withPrompts} from "../edit/prompts.mjs";
import {Previewer} from "../server/previewer.mjs";
import {text} from "../text/text.mjs";
import {translateMessage} from "../text/translate.mjs";

/**
 * @typedef {import("../server/client.mjs").Uploaded} Uploaded
 * @typedef {import("../edit/geometry.mjs").Size} Size
 * @typedef {import("../pictures/source.mjs").Source} Source
 * @typedef {import("../edit/state.mjs").State} State
 */

export class OpenDocument {
    #client;
    /** @type {{state: State, source: Source | null, previewer: Previewer, notes: string} | null} comes back when the server refuses what was opened */
    #before = null;
    #recall;
    /** For which objects prompts were given: undo brings both back. @type {WeakMap<readonly string[], import("../edit/mask.mjs").Header["parts"]>} */
    #promptsFor = new WeakMap();
    state = states.initialState();
    /** @type {Source | null} */
    source = null;
    /** What the person should know about the picture. */
    notes = "";
    previewer;

    /**
     * @param {import("../server/client.mjs").Client} client
     * @param {(id: string) => Promise<Blob | null>} [recall]  finds what the server has forgotten and the source does not hold, by the server's ids
     */
    constructor(client, recall = async() => null) {
        this.#client = client;
        this.#recall = recall;
        this.previewer = new Previewer(client);
    }

    /** Whether the preview is that of the Edit; without a selection there is none to wait for. @param {Size} area */
    isSettled(area) {
        const {source, previewer, state: {edit}} = this;
        if (!source) return true;
        return edit.image !== "" && (!edit.selection.length && !edit.frame || !previewer.isStale && !previewer.needs(edit, area));
    }

    /** The Edit with the mask that the person sees named in it. @param {Size} area */
    shownEdit(area) {
        const {previewer, state: {edit}} = this;
        const isShown = !previewer.isStale && !previewer.needs(edit, area);
        return {...edit, shown: isShown && previewer.preview ? previewer.preview.header.digest : ""};
    }

    /** The state with another of the answers to the last object's clicks, where there are some. @param {number} delta */
    walked(delta) {
        const {state, previewer} = this;
        const last = state.edit.selection.findLastIndex(states.isPrompt);
        const step = state.edit.selection[last];
        const count = previewer.preview?.header.objects?.find(object => object.last === last)?.scores.length ?? 0;
        if (count < 2 || !states.isPrompt(step)) return state;
        const candidate = (step.candidate + delta % count + count) % count;
        return states.setCandidate(state, last, candidate);
    }

    /** The state with a prompt for one of the objects that are shown. @param {number} at @param {string} prompt */
    prompted(at, prompt) {
        const parts = this.previewer.preview?.header.parts ?? [];
        const next = setPrompt(this.state, at, parts.length, prompt);
        this.#promptsFor.set(next.edit.area.prompts, parts);
        return next;
    }

    /**
     * Take a picture, of which the server may not know yet.
     * @param {Source} source @param {(state: State) => State} arrive @param {string} [note]  what the person should know about it
     */
    put(source, arrive, note = "") {
        if (this.#before) this.source?.close(); // one that the server never took has none to come back to
        this.#before ??= {state: this.state, source: this.source, previewer: this.previewer, notes: this.notes};
        this.#client.cancel();
        this.previewer = new Previewer(this.#client);
        this.source = source;
        this.notes = note;
        this.state = states.setImage(arrive(this.state), "");
    }

    /** The server knows the picture. @param {Uploaded} uploaded @param {boolean} isAsShown  else the selection goes */
    known(uploaded, isAsShown) {
        this.#before?.source?.close();
        this.#before = null;
        this.state = states.setImage(isAsShown ? this.state : states.newPicture(this.state), uploaded.image);
        const told = isAsShown ? (uploaded.notes ?? []).map(translateMessage) : [text("sizeChanged")];
        this.notes = [this.notes, ...told].filter(Boolean).join(" ");
    }

    /** The server will not have this picture: the one before is there again. */
    takeBack() {
        this.source?.close();
        Object.assign(this, this.#before);
        this.#before = null;
    }

    /** @param {Size} area @param {() => void} onBusy @returns {Promise<boolean>} whether the preview came, and was still wanted */
    async ask(area, onBusy) {
        const {source, state: {edit}} = this;
        const reupload = source ? async() => {
            const {image} = await source.uploadAgain(this.#client, edit, this.#recall);
            if (source === this.source) this.state = states.setImage(this.state, image);
            return image;
        } : undefined;
        const {previewer} = this;
        const isCome = await previewer.ask(edit, area, {reupload, onBusy});
        if (isCome && previewer === this.previewer) this.#realign();
        return isCome;
    }

    /** Give each object's prompt to where it is painted now. Prompts of which nothing is known came with their objects. */
    #realign() {
        const {mode, prompts} = this.state.edit.area;
        const parts = this.previewer.preview?.header.parts;
        if (mode !== "each" || !prompts.length || !parts) return;
        const before = this.#promptsFor.get(prompts);
        const now = before ? realigned(prompts, before, parts) : prompts;
        const isMoved = now.length !== prompts.length || now.some((prompt, at) => prompt !== prompts[at]);
        if (isMoved) this.state = withPrompts(this.state, now);
        this.#promptsFor.set(isMoved ? now : prompts, parts);
    }
}
