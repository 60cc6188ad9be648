// The tool in hand: immutable state behind one object that tells when it changes.

import {clamp} from "../edit/geometry.mjs";

/** @typedef {typeof TOOLS[number]} Tool */
/**
 * @typedef {object} InHand
 * @property {Tool} tool
 * @property {number} radius   of brush and eraser, picture pixels
 * @property {boolean} newObject  the next click starts another object
 * @property {boolean | null} hover  whether to outline what a click would select; null until the person chooses
 */

export const TOOLS = Object.freeze(/** @type {const} */ (["point", "box", "brush", "eraser", "lasso"]));
export const RADIUS = Object.freeze({least: 0.5, most: 1024});
/** The first radius, as a share of the picture's longer side. */
const FIRST_RADIUS = 1 / 64;
const STEP = 1.2;

export class Tools {
    #changed;
    #sized = false;
    /** @type {InHand} */
    #now = Object.freeze({tool: "point", radius: 16, newObject: false, hover: null});

    /** @param {() => void} changed */
    constructor(changed) {
        this.#changed = changed;
    }

    get now() {
        return this.#now;
    }

    /** Whether the tool has a size. */
    get isBrush() {
        return this.#now.tool === "brush" || this.#now.tool === "eraser";
    }

    /** @param {Tool} tool */
    take(tool) {
        this.#set({tool});
    }

    /** @param {number} radius picture pixels */
    resize(radius) {
        this.#sized = true;
        this.#set({radius: stepped(clamp(radius, RADIUS.least, RADIUS.most))});
    }

    /** The next size up (1) or down (-1). @param {1 | -1} direction */
    resizeBy(direction) {
        const {radius} = this.#now;
        const next = stepped(radius * STEP ** direction);
        this.resize(next === radius ? radius + direction / 2 : next);
    }

    /** A size that suits the picture, until the person has chosen one. @param {import("../edit/geometry.mjs").Size} picture */
    suit(picture) {
        if (!this.#sized) this.#set({radius: stepped(Math.max(4, Math.max(picture.width, picture.height) * FIRST_RADIUS))});
    }

    /** @param {boolean} newObject */
    startObject(newObject) {
        this.#set({newObject});
    }

    /** @param {boolean} hover */
    setHover(hover) {
        this.#set({hover});
    }

    /** @param {Partial<InHand>} part */
    #set(part) {
        const next = {...this.#now, ...part};
        if (JSON.stringify(next) === JSON.stringify(this.#now)) return;
        this.#now = Object.freeze(next);
        this.#changed();
    }
}

/** To half pixels below ten, else to whole ones. @param {number} radius */
function stepped(radius) {
    return radius < 10 ? Math.round(radius * 2) / 2 : Math.round(radius);
}
