// What the page has to say while something goes on: what went wrong, how far it is, what is awaited, what has just been
// done. What is most urgent is said; whoever shows it follows.

import {Refused, Unreachable} from "../server/client.mjs";
import {text} from "../text/text.mjs";
import {translateMessage} from "../text/translate.mjs";

/** @typedef {import("../text/text.mjs").TextKey} TextKey */
/** @typedef {{kind: "busy" | "error" | "told" | "done", sentence: string, isRefusal?: boolean}} Message */

/** What is over sooner than this is not announced. */
const ANNOUNCE_MS = 250;
const LONG_MS = 3000;
const TOLD_MS = 5000;
/** For who has waited for a job is doing something else. */
const DONE_MS = 15_000;

export class Messages {
    /** @type {Set<() => void>} */
    #followers = new Set();
    #error = "";
    #isRefusal = false;
    /** @type {{part: number | null, sentence: string}} */
    #progress = {part: null, sentence: ""};
    #waiting = "";
    /** @type {{kind: "told" | "done", sentence: string}} */
    #told = {kind: "told", sentence: ""};
    #telling = 0;
    /** @type {number[]} */
    #timers = [];

    /** Be called now and after each change. @param {() => void} follower */
    follow(follower) {
        this.#followers.add(follower);
        follower();
    }

    /** The most urgent message; null where there is none. @returns {Message | null} */
    get current() {
        /** @type {Message[]} */
        const all = [{kind: "error", sentence: this.#error, isRefusal: this.#isRefusal}, {kind: "busy", sentence: this.#progress.sentence},
            {kind: "busy", sentence: this.#waiting}, this.#told];
        return all.find(({sentence}) => sentence) ?? null;
    }

    /** How far something is that takes long, from 0 to 1; null while there is no such thing. */
    get part() {
        return this.#progress.part;
    }

    /**
     * Something is awaited.
     * @param {TextKey} key @param {{atOnce?: boolean, later?: TextKey}} [how] `later` is said when it takes long
     */
    wait(key, {atOnce = false, later} = {}) {
        this.done();
        const say = (/** @type {TextKey} */ sentence) => {
            this.#waiting = text(sentence);
            this.#tell();
        };
        if (atOnce) say(key);
        else this.#timers.push(setTimeout(say, ANNOUNCE_MS, key));
        if (later) this.#timers.push(setTimeout(say, LONG_MS, later));
    }

    /** Nothing is awaited any more. */
    done() {
        this.#timers.forEach(timer => clearTimeout(timer));
        this.#timers = [];
        this.#waiting = "";
        this.#tell();
    }

    /** How far something is that takes long; null when it is over. @param {number | null} part @param {string} [sentence] */
    progress(part, sentence = "") {
        this.#progress = {part, sentence};
        this.#tell();
    }

    /** What has been done, for a while. @param {string} sentence @param {"told" | "done"} [kind]  done: what the person has waited for */
    told(sentence, kind = "told") {
        clearTimeout(this.#telling);
        this.#told = {kind, sentence};
        if (sentence) this.#telling = setTimeout(() => this.told(""), kind === "done" ? DONE_MS : TOLD_MS);
        this.#tell();
    }

    /** What went wrong; "" when that is mended. @param {string} sentence */
    error(sentence) {
        this.#fail(sentence, false);
    }

    /** Why what the person has just asked for is not done; they may be looking elsewhere. @param {string} sentence */
    refuse(sentence) {
        this.#fail(sentence, true);
    }

    /** @param {string} sentence @param {boolean} isRefusal */
    #fail(sentence, isRefusal) {
        this.#error = sentence;
        this.#isRefusal = isRefusal;
        this.#tell();
    }

    #tell() {
        for (const follower of this.#followers) follower();
    }
}

/** What went wrong, as a person can use it. @param {unknown} error */
export function sentenceOf(error) {
    if (error instanceof Unreachable) return text("offline");
    if (error instanceof Refused && error.needsReload) return text("reload");
    if (error instanceof Refused) return error.needsLogin ? text("login") : translateMessage(error.said);
    console.error("Click Inpaint:", error);
    return error instanceof Error ? error.message : String(error);
}
