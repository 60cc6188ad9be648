// The line under the canvas: what is awaited, else what went wrong, else advice, else what to do next.

import {element} from "./dom.mjs";
import {text} from "./text.mjs";

/** @typedef {"busy" | "error" | "advice" | "hint"} Kind */

/** What is over sooner than this is not announced. */
const ANNOUNCE_MS = 250;
const LONG_MS = 3000;

export class StatusLine {
    line = element("p", {class: "ci-status", role: "status", "aria-live": "polite"});
    #hint = "";
    #advice = "";
    #error = "";
    #busy = "";
    #timers = [];

    /**
     * @param {keyof typeof import("./text.mjs").TEXT} key
     * @param {{atOnce?: boolean, later?: keyof typeof import("./text.mjs").TEXT}} [how] `later` is said when it
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
        const all = [["busy", this.#busy], ["error", this.#error], ["advice", this.#advice], ["hint", this.#hint]];
        const [kind, sentence] = all.find(([, said]) => said) ?? ["hint", ""];
        this.line.dataset.kind = kind;
        if (this.line.textContent !== sentence) this.line.textContent = sentence; // said once, not at every change
    }
}
