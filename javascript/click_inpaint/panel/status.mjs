// The line under the canvas: what went wrong, else how far the picture is ready, else what is awaited, else what has
// just been done, else advice, else what to do next.

import {Refused, Unreachable} from "../server/client.mjs";
import {element} from "../dom/element.mjs";
import {text} from "../text/text.mjs";
import {translate} from "../text/translate.mjs";

/** @typedef {"busy" | "error" | "told" | "advice" | "hint"} Kind */

/** What is over sooner than this is not announced. */
const ANNOUNCE_MS = 250;
const LONG_MS = 3000;
const TOLD_MS = 5000;

export class StatusLine {
    line = element("p", {class: "ci-status", role: "status", "aria-live": "polite"});
    bar = element("progress", {class: "ci-progress", max: 1, hidden: true, "aria-label": text("embeddingUnknown")});
    #progress = "";
    #told = "";
    #telling = 0;
    #hint = "";
    #advice = "";
    #error = "";
    #busy = "";
    #timers = [];

    /**
     * @param {keyof typeof import("../text/text.mjs").TEXT} key
     * @param {{atOnce?: boolean, later?: keyof typeof import("../text/text.mjs").TEXT}} [how] `later` is said when it
     *     takes long
     */
    wait(key, {atOnce = false, later} = {}) {
        this.done();
        const say = said => {
            this.#busy = text(said);
            this.#show();
        };
        if (atOnce) say(key);
        else this.#timers.push(setTimeout(say, ANNOUNCE_MS, key));
        if (later) this.#timers.push(setTimeout(say, LONG_MS, later));
    }

    /** Nothing is awaited any more. */
    done() {
        this.#timers.forEach(clearTimeout);
        this.#timers = [];
        this.#busy = "";
        this.#show();
    }

    /** How far something is that takes long, from 0 to 1; null when it is over. @param {number | null} part @param {string} [sentence] */
    progress(part, sentence = "") {
        this.bar.hidden = part === null;
        if (part !== null) this.bar.value = part;
        this.#progress = sentence;
        this.#show();
    }

    /** What has been done, for a while. @param {string} sentence */
    told(sentence) {
        clearTimeout(this.#telling);
        this.#told = sentence;
        if (sentence) this.#telling = setTimeout(() => this.told(""), TOLD_MS);
        this.#show();
    }

    /** What went wrong; "" when that is mended. @param {string} sentence */
    error(sentence) {
        this.#error = sentence;
        this.#show();
    }

    /** @param {string} sentence what to do next @param {readonly string[]} [advice] what to know about it */
    hint(sentence, advice = []) {
        this.#hint = sentence;
        this.#advice = advice.join(" ");
        this.#show();
    }

    #show() {
        /** @type {[Kind, string][]} */
        const all = [["error", this.#error], ["busy", this.#progress], ["busy", this.#busy], ["told", this.#told],
            ["advice", this.#advice], ["hint", this.#hint]];
        const [kind, sentence] = all.find(([, said]) => said) ?? ["hint", ""];
        this.line.dataset.kind = kind;
        const isCountdown = this.#progress !== "" && !this.#error; // it would be read aloud all the time
        this.line.setAttribute("aria-live", isCountdown ? "off" : "polite");
        if (this.line.textContent !== sentence) this.line.textContent = sentence; // said once, not at every change
    }
}

/** What went wrong, as a person can use it. @param {Error} error */
export function sentenceOf(error) {
    if (error instanceof Unreachable) return text("offline");
    if (error instanceof Refused && error.needsReload) return text("reload");
    if (error instanceof Refused) return error.needsLogin ? text("login") : translate(error.message);
    console.error("Click Inpaint:", error);
    return error.message;
}
