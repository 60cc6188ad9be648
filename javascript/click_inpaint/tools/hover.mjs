// Asks what a click would select, where the pointer rests, and shows its outline. Only one question is under way at a
// time; an answer for a place that the pointer has left is dropped.

/** @typedef {import("../edit/geometry.mjs").Point} Point */
/** @typedef {import("../canvas/outline.mjs").Outlined} Outlined */

/** Slower answers trail behind the hand: then it is off unless the person turns it on. */
export const QUICK_MS = 150;
const REST_MS = 50;
/** How many of the last answers count for how fast the machine is now. */
const REMEMBERED = 5;

export class Hover {
    #ask;
    #show;
    #clock;
    #on = false;
    /** @type {Point | null} */
    #at = null;
    /** Where the shown outline, or the question under way, was asked for. @type {Point | null} */
    #asked = null;
    #asking = false;
    #timer = 0;
    /** Milliseconds that each of the last answers took. @type {number[]} */
    #took = [];
    #ended = -Infinity;
    /** @type {Outlined | null} */
    #shown = null;

    /**
     * @param {(point: Point) => Promise<Outlined | null>} ask  picture pixels
     * @param {(outlined: Outlined | null) => void} show
     * @param {() => number} [clock] milliseconds
     */
    constructor(ask, show, clock = () => performance.now()) {
        this.#ask = ask;
        this.#show = show;
        this.#clock = clock;
    }

    /** @param {boolean} on */
    turn(on) {
        this.#on = on;
        if (!on) this.at(null);
    }

    /** Where the pointer is now. @param {Point | null} point picture pixels; null away from the picture */
    at(point) {
        if (!point || !this.#on) this.#asked = null;
        this.#at = this.#on ? point : null;
        clearTimeout(this.#timer);
        if (this.#shown && !(this.#at && covers(this.#shown, this.#at))) this.#outline(null);
        if (this.#at) this.#timer = setTimeout(() => this.#question(), this.#wait());
    }

    /** The selection changes: what a click there would select may be something else now. */
    forget() {
        this.#asked = null;
        this.#outline(null);
    }

    /** Milliseconds until the next question: none is asked while the pointer moves, and the machine rests half of the time. */
    #wait() {
        return Math.max(REST_MS, this.#ended + this.sustained - this.#clock());
    }

    /** Milliseconds that an answer takes, a median. */
    get sustained() {
        return [...this.#took].sort((a, b) => a - b)[this.#took.length >> 1] ?? 0;
    }

    async #question() {
        if (this.#asking || !this.#at || isSame(this.#at, this.#asked)) return;
        const at = this.#asked = this.#at;
        const began = this.#clock();
        this.#asking = true;
        try {
            const outlined = await this.#ask(at);
            if (outlined) this.#took = [...this.#took.slice(1 - REMEMBERED), this.#clock() - began];
            if (isSame(at, this.#at) && at === this.#asked) this.#outline(outlined?.mask.width ? outlined : null);
        } finally {
            this.#asking = false;
            this.#ended = this.#clock();
            if (this.#at && !isSame(this.#at, at)) this.#timer = setTimeout(() => this.#question(), this.#wait());
        }
    }

    /** @param {Outlined | null} outlined */
    #outline(outlined) {
        if (outlined === this.#shown) return;
        this.#shown = outlined;
        this.#show(outlined);
    }
}

/** Whether the outlined object is under the point. @param {Outlined} outlined @param {Point} point */
function covers({header: {box: [x0, y0, x1, y1]}, mask}, {x, y}) {
    const column = Math.floor((x - x0) / (x1 - x0) * mask.width);
    const row = Math.floor((y - y0) / (y1 - y0) * mask.height);
    return column >= 0 && row >= 0 && column < mask.width && row < mask.height && mask.values[row * mask.width + column] > 0;
}

/** @param {Point | null} a @param {Point | null} b */
function isSame(a, b) {
    return a !== null && b !== null && a.x === b.x && a.y === b.y;
}
