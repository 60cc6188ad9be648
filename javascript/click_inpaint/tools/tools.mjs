// The tool in hand: immutable state behind one object that tells when it changes.

import {clamp} from "../edit/geometry.mjs";
import {remember, remembered} from "./recent.mjs";

/** @typedef {typeof GROUPS[number][number]} Tool */
/**
 * @typedef {object} InHand
 * @property {Tool} tool
 * @property {number} radius   of brushes and eraser, picture pixels
 * @property {import("../edit/colours.mjs").Ink} ink  of the colour brush
 * @property {readonly string[]} recent  its last colours, newest first
 * @property {boolean} picks  whether the next press takes the colour under it
 * @property {boolean} newObject  the next click starts another object
 * @property {import("./gestures.mjs").AreaMode} mode  what becomes of an area that a lasso or the wand selects
 * @property {number} tolerance  of the wand, ΔE*ab
 * @property {boolean} contiguous  whether the wand selects only what is joined
 * @property {boolean | null} hover  whether to outline what a click would select; null until the person chooses
 */

/** The tools by the button that they share: the first one shows while none of them is in hand. */
export const GROUPS = Object.freeze(/** @type {const} */ ([["point", "wand"], ["box", "context"], ["brush", "paint"], ["eraser"], ["lasso", "polygon"]]));
export const RADIUS = Object.freeze({least: 0.5, most: 1024});
/** The first radius, as a share of the picture's longer side. */
const FIRST_RADIUS = 1 / 64;
const STEP = 1.2;
const FIRST_COLOUR = "#c83232";

export class Tools {
    /** @type {Set<() => void>} */
    #followers = new Set();
    #sized = false;
    /** @type {InHand} */
    #now = Object.freeze({tool: "point", radius: 16, ink: {colour: FIRST_COLOUR, opacity: 1}, recent: [], picks: false, newObject: false, mode: "add", tolerance: 12, contiguous: true, hover: null});

    constructor() {
        const recent = remembered();
        const {ink} = this.#now;
        this.#now = Object.freeze({...this.#now, recent, ink: {...ink, colour: recent[0] ?? ink.colour}});
    }

    /** Be called now and after each change. @param {() => void} follower */
    follow(follower) {
        this.#followers.add(follower);
        follower();
    }

    get now() {
        return this.#now;
    }

    /** Whether the tool has a size. */
    get isBrush() {
        return ["brush", "paint", "eraser"].includes(this.#now.tool);
    }

    /** Whether a press alone is all that the tool needs, and no line. */
    get needsPoint() {
        return this.#now.tool === "point" || this.#now.tool === "wand" || this.#now.tool === "polygon" || this.#now.picks;
    }

    /** @param {Tool} tool */
    take(tool) {
        this.#set({tool, picks: false});
    }

    /** @param {Partial<import("../edit/colours.mjs").Ink>} part */
    setInk(part) {
        this.#set({ink: Object.freeze({...this.#now.ink, ...part}), picks: false});
    }

    /** A stroke was painted. */
    painted() {
        this.#set({recent: remember(this.#now.recent, this.#now.ink.colour)});
    }

    /** Take the colour under the next press, or no longer; with the colour brush in hand. @param {boolean} picks */
    pick(picks) {
        this.#set({tool: "paint", picks});
    }

    /** Take the tool beside this one under their button; a further one each time. @param {Tool} first */
    takeNext(first) {
        const group = GROUPS.find(([name]) => name === first) ?? [first];
        const at = group.findIndex(name => name === this.#now.tool);
        this.take(group[(Math.max(at, 0) + 1) % group.length]);
    }

    /** @param {import("./gestures.mjs").AreaMode} mode */
    setMode(mode) {
        this.#set({mode});
    }

    /** @param {Partial<import("../edit/areas.mjs").Reach>} reach  of the wand */
    setReach(reach) {
        this.#set(reach);
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
        for (const follower of this.#followers) follower();
    }
}

/** To half pixels below ten, else to whole ones. @param {number} radius */
function stepped(radius) {
    return radius < 10 ? Math.round(radius * 2) / 2 : Math.round(radius);
}
