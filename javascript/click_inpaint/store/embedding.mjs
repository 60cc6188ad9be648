// Lets the server get an opened picture ready for clicks, and says how far it is.

import {duration} from "../text/amounts.mjs";
import {Refused, Unreachable} from "../server/client.mjs";
import {text} from "../text/text.mjs";
import {translateMessage} from "../text/translate.mjs";

/** @typedef {import("../server/client.mjs").Embedding} Embedding */

const POLL_MS = 400;

export class EmbeddingWatch {
    #client;
    #messages;
    #wait;
    #of = "";

    /**
     * @param {import("../server/client.mjs").Client} client @param {import("./messages.mjs").Messages} messages
     * @param {(ms: number) => Promise<void>} [wait]
     */
    constructor(client, messages, wait = ms => new Promise(resolve => setTimeout(resolve, ms))) {
        this.#client = client;
        this.#messages = messages;
        this.#wait = wait;
    }

    /** See to the picture and the segmenter of this state. @param {import("../edit/state.mjs").State} state @returns {Promise<void>} */
    async follow({edit: {image}, segmenter}) {
        const of = `${segmenter} ${image}`;
        if (of === this.#of) return;
        this.#of = of;
        this.#messages.progress(null);
        if (!image) return;
        const isWanted = () => of === this.#of;
        try {
            await this.#watch(image, segmenter, isWanted);
        } catch (error) {
            // A click says by itself what is wrong. Where nobody answered, the next change asks again.
            if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
            if (error instanceof Unreachable && isWanted()) this.#of = "";
        }
        if (isWanted() || !this.#of) this.#messages.progress(null);
    }

    /** @param {string} image @param {string} segmenter @param {() => boolean} isWanted */
    async #watch(image, segmenter, isWanted) {
        for (let asked = 0; ; asked++) {
            const told = await this.#client.embed(image, segmenter);
            if (!isWanted()) return;
            if (told.ready) {
                if (asked && told.note) this.#messages.told(translateMessage(told.note)); // else it is about another picture
                return;
            }
            if (asked) this.#messages.progress(told.progress, sentenceFor(told)); // what is ready at once needs no words
            await this.#wait(POLL_MS);
            if (!isWanted()) return;
        }
    }
}

/** @param {Embedding} told */
export function sentenceFor({progress, seconds_left: left, note}) {
    const percent = Math.round(progress * 100);
    const said = left === null ? text("embeddingUnknown") : text("embedding", {percent, left: duration(left)});
    return note ? `${said} ${translateMessage(note)}` : said;
}
