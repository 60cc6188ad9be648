// The weight files of segmenters, and the inpainting checkpoint: which are here, which can be downloaded, and how far their
// downloads are.

import {bytes, duration} from "../text/amounts.mjs";
import {element, icon} from "../dom/element.mjs";
import {text} from "../text/text.mjs";
import {translateMessage} from "../text/translate.mjs";

/** @typedef {import("../edit/reply.mjs").ServerMessage} ServerMessage */
/** @typedef {import("../server/client.mjs").WeightFile} WeightFile */
/** @typedef {import("../server/client.mjs").Download} Download */
/** @typedef {WeightFile["kind"]} Kind */
/** @typedef {"download" | "resume" | "retry" | "cancel"} Act  what a file's button does */
/**
 * @typedef {object} Parts
 * @property {import("../server/client.mjs").Client} client
 * @property {() => void} arrived  a file has come
 * @property {(error: unknown) => string} sentenceOf
 * @property {import("../store/dismissed.mjs").Dismissed} dismissed
 */

/** What is needed more comes first. */
const KINDS = /** @type {const} */ (["checkpoint", "segmenter"]);
const POLL_MS = 500;
const RETRY_MS = 4000;

/** What a file's line says, and what its button does: "" hides the button. @param {WeightFile} file @returns {{said: string, act: Act | ""}} */
export function describe({present, progress}) {
    if (progress?.running) return {said: stageOf(progress), act: "cancel"};
    if (present) return {said: text("modelHere"), act: ""};
    if (progress?.stage === "cancelled" && progress.received) {
        return {said: text("modelStopped", {received: bytes(progress.received)}), act: "resume"};
    }
    return {said: "", act: progress?.stage === "failed" ? "retry" : "download"};
}

/** The file of a kind to offer in one press: the recommended one, while there is none and none is on its way. @param {WeightFile[]} files @param {Kind} kind */
export function offered(files, kind) {
    const ofKind = files.filter(file => file.kind === kind);
    return ofKind.some(({present, progress}) => present || progress) ? undefined : ofKind.find(file => file.recommended);
}

/** @param {Download} progress */
function stageOf({stage, received, total, speed, left}) {
    if (stage === "checking") return text("modelChecking");
    if (stage === "waiting") return text("modelWaiting");
    const values = {received: bytes(received), total: bytes(total), speed: bytes(speed), left: duration(left ?? 0)};
    return text(left === null ? "modelStalled" : "modelLoading", values);
}

export class Models {
    #parts;
    #signal;
    /** @type {Map<string, Row>} */
    #rows = new Map();
    #list = element("ul", {class: "ci-files"});
    #folders = element("p", {class: "ci-note"});
    /** @type {Offer[]} */
    #offers;
    #details = element("details", {}, element("summary", {title: text("modelsTip")}, text("models")), this.#list, this.#folders);
    /** @type {WeightFile[]} */
    #files = [];
    #timer = 0;
    /** Whether the server did not answer the last time. */
    #failed = false;

    section = element("section", {class: "ci-models", hidden: true, "aria-label": text("models")}, this.#details);
    /** What has come, and what went wrong: said also where the list is folded away. */
    said = element("p", {class: "ci-said ci-note", role: "status"});
    /** What is missing, and what one press would get; it has a place of its own, which is seen. */
    offers = element("div", {class: "ci-offers"});

    /** @param {Parts} parts @param {AbortSignal} signal ends the asking */
    constructor(parts, signal) {
        this.#parts = parts;
        this.#signal = signal;
        this.#offers = KINDS.map(kind => new Offer(kind, name => this.#act(name, "download"), () => this.#offer(), parts.dismissed));
        this.offers.append(...this.#offers.map(offer => offer.line));
        signal.addEventListener("abort", () => clearTimeout(this.#timer));
    }

    /** Ask which files are here; while one is downloaded, ask again and again. */
    async load() {
        clearTimeout(this.#timer);
        try {
            const weights = await this.#parts.client.weights();
            if (this.#failed) this.#say("");
            this.#failed = false;
            this.#show(weights);
            if (this.#isRunning) this.#later(POLL_MS);
        } catch (error) {
            this.#failed = true;
            this.#say(this.#parts.sentenceOf(error));
            if (this.#isRunning) this.#later(RETRY_MS);
        }
    }

    get #isRunning() {
        return this.#files.some(file => file.progress?.running);
    }

    /** @param {number} ms */
    #later(ms) {
        clearTimeout(this.#timer);
        if (!this.#signal.aborted) this.#timer = setTimeout(() => this.load(), ms);
    }

    /** @param {import("../server/client.mjs").Weights} weights */
    #show({files}) {
        const ran = new Set(this.#files.filter(file => file.progress?.running).map(file => file.name));
        this.#files = files;
        this.section.hidden = !files.length;
        this.#folders.textContent = foldersOf(files);
        const first = [...files].sort((a, b) => Number(b.recommended) - Number(a.recommended));
        for (const file of first) this.#rowOf(file).show(file);
        this.#offer();
        for (const file of files.filter(one => ran.has(one.name) && !one.progress?.running)) this.#ended(file);
    }

    /** Ask one thing at a time. */
    #offer() {
        let isAsked = false;
        for (const offer of this.#offers) isAsked = offer.show(this.#files, !isAsked) || isAsked;
    }

    /** @param {WeightFile} file */
    #ended({kind, label, present}) {
        if (present) this.#say(text(`arrived_${kind}`, {label}));
        if (present) this.#parts.arrived();
    }

    /** @param {string} name @param {Act} act */
    async #act(name, act) {
        const {client, sentenceOf} = this.#parts;
        this.#say("");
        try {
            const progress = await (act === "cancel" ? client.cancelDownload(name) : client.startDownload(name));
            // It is noted as running, so that its end is noticed, however soon that comes.
            this.#files = this.#files.map(file => file.name === name ? {...file, progress} : file);
        } catch (error) {
            this.#say(sentenceOf(error));
        }
        await this.load();
    }

    /** @param {string} sentence */
    #say(sentence) {
        if (this.said.textContent !== sentence) this.said.textContent = sentence;
    }

    /** @param {WeightFile} file */
    #rowOf({name}) {
        let row = this.#rows.get(name);
        if (!row) {
            row = new Row(act => this.#act(name, act));
            this.#rows.set(name, row);
            this.#list.append(row.item);
        }
        return row;
    }
}

/** Where downloads go, of each kind that there is. @param {WeightFile[]} files */
function foldersOf(files) {
    const folders = new Map(files.map(({kind, folder}) => [kind, folder]));
    return [...folders].map(([kind, folder]) => text(`folder_${kind}`, {folder})).join(" ");
}

/** The best file of a kind, in one press, and how far it has come. Who dismisses it is not asked again. */
class Offer {
    #kind;
    #dismissed;
    #name = "";
    #sentence;
    #button;
    #bar = element("progress", {hidden: true});
    line;

    /** @param {Kind} kind @param {(name: string) => void} take @param {() => void} gone  it was dismissed @param {import("../store/dismissed.mjs").Dismissed} dismissed */
    constructor(kind, take, gone, dismissed) {
        this.#kind = kind;
        this.#dismissed = dismissed;
        this.#sentence = element("span");
        this.#button = element("button", {type: "button", class: "ci-button", onclick: () => take(this.#name)});
        const close = element("button", {type: "button", class: "ci-remove", title: text("dismiss"), "aria-label": text("dismiss"), onclick: () => {
            this.#dismissed.add(this.#key);
            gone();
        }}, icon("clear"));
        this.line = element("p", {class: "ci-offer", hidden: true}, this.#sentence, this.#button, this.#bar, close);
    }

    /** @param {WeightFile[]} files @param {boolean} mayAsk  else it only says how far a download is @returns {boolean} whether it asks */
    show(files, mayAsk) {
        const coming = files.find(file => file.name === this.#name && file.progress?.running);
        const best = coming ?? offered(files, this.#kind);
        this.line.hidden = !best || this.#dismissed.has(this.#key) || !coming && !mayAsk;
        if (!best) return false;
        const {name, label, size, filename, folder, url, progress} = best;
        this.#name = name;
        this.#sentence.textContent = coming ? `${label}: ${describe(coming).said}` : `${text(`offer_${this.#kind}`)} ${text("downloadGoes", {folder})}`;
        this.#button.hidden = Boolean(coming);
        this.#button.textContent = text(`take_${this.#kind}`, {label, size: bytes(size)});
        this.#button.title = text("downloadTip", {filename, folder, host: new URL(url).host});
        this.#bar.hidden = !coming;
        if (!coming || !progress) return !this.line.hidden;
        this.#bar.setAttribute("aria-label", label);
        this.#bar.max = progress.total;
        this.#bar.value = progress.received;
        return false;
    }

    get #key() {
        return `offer_${this.#kind}`;
    }
}

/** One file's line. Its elements are kept, so that a button keeps the focus. */
class Row {
    /** @type {Act | ""} */
    #act = "download";
    #label = element("strong", {});
    #size = element("span", {class: "ci-quiet"});
    #said = element("span", {class: "ci-quiet"});
    #bar = element("progress", {hidden: true});
    #error = element("p", {class: "ci-failed", role: "alert", hidden: true});
    #copy = element("button", {type: "button", class: "ci-button", title: text("modelCopyTip")}, text("modelCopy"));
    button = element("button", {type: "button", class: "ci-button", onclick: () => this.#press()});
    item = element("li", {}, element("span", {class: "ci-file"}, this.#label, this.#size, this.#said), this.button, this.#bar, this.#error);
    #press;

    /** @param {(act: Act) => Promise<void>} press */
    constructor(press) {
        this.#press = async() => {
            this.button.setAttribute("aria-disabled", "true"); // not disabled: that would drop the focus
            if (this.#act) await press(this.#act);
            this.button.removeAttribute("aria-disabled");
        };
    }

    /** @param {WeightFile} file */
    show(file) {
        const {said, act} = describe(file);
        const {label, filename, folder, size, url, present, recommended, progress} = file;
        this.#act = act;
        this.#label.textContent = label;
        const toRecommend = recommended && !present;
        this.#size.textContent = toRecommend ? text("modelRecommended", {size: bytes(size)}) : bytes(size);
        this.#size.hidden = Boolean(progress?.running); // the progress shows it
        this.#said.textContent = said;
        this.#said.title = present;
        this.button.hidden = !act;
        if (act) {
            const named = {label, filename, folder, host: new URL(url).host};
            this.button.textContent = text(act);
            this.button.title = text(act === "cancel" ? "cancelTip" : "downloadTip", named);
            this.button.setAttribute("aria-label", `${text(act)}: ${label}`);
        }
        this.#showBar(label, progress);
        this.#showError(progress?.stage === "failed" && !present ? progress.message : null, url);
    }

    /** @param {string} label @param {Download | null} progress */
    #showBar(label, progress) {
        this.#bar.hidden = !progress?.running;
        if (!progress?.running) return;
        this.#bar.setAttribute("aria-label", label);
        this.#bar.max = progress.total;
        this.#bar.value = progress.received;
    }

    /** What the server says went wrong; the file's address in it becomes a link. @param {ServerMessage | null} message @param {string} url */
    #showError(message, url) {
        this.#error.hidden = !message;
        if (!message || this.#error.dataset.said === message.text) return;
        this.#error.dataset.said = message.text;
        const [before, ...after] = translateMessage(message).split(url);
        const link = element("a", {href: url, target: "_blank", rel: "noreferrer"}, url);
        this.#copy.onclick = () => copied(link);
        this.#error.replaceChildren(before, ...after.length ? [link, after.join(url), " ", this.#copy] : []);
    }
}

/** Take an element's text to the clipboard; where the page may not, select it. @param {HTMLElement} of */
async function copied(of) {
    getSelection()?.selectAllChildren(of);
    await navigator.clipboard?.writeText(of.textContent ?? "").catch(() => undefined); // it stays selected for Ctrl+C
}
