// A lasso by its corners, over several presses: each sets one; a press on the first corner or once more on the last closes.

import {rounded} from "../edit/geometry.mjs";
import {modeOf} from "./gestures.mjs";

/** @typedef {import("../edit/geometry.mjs").Point} Point */
/** @typedef {import("./gestures.mjs").AreaMode} AreaMode */

/** A press so near to a corner is meant for it: CSS pixels. */
const NEAR_PX = {mouse: 7, touch: 18};
const LEAST_CORNERS = 3;

export class Polygon {
    #show;
    #add;
    /** @type {Point[]} */
    #corners = [];
    /** @type {AreaMode} */
    #mode = "add";
    /** Where the next corner would be. @type {Point | null} */
    #next = null;

    /**
     * @param {(draft: import("../canvas/canvas.mjs").Draft | null) => void} show
     * @param {(corners: Point[], mode: AreaMode) => void} add  takes what was closed
     */
    constructor(show, add) {
        this.#show = show;
        this.#add = add;
    }

    get isDrawing() {
        return this.#corners.length > 0;
    }

    /** What there is so far. @returns {import("../canvas/canvas.mjs").Draft | null} */
    get draft() {
        if (!this.isDrawing) return null;
        const points = this.#next ? [...this.#corners, this.#next] : this.#corners;
        return {kind: "lasso", points, mode: this.#mode, corners: this.#corners.length};
    }

    /**
     * A press, whose release sets the corner. The first one says what becomes of the area.
     * @param {import("./gestures.mjs").Press} press @param {{scale: number, mode: AreaMode}} how  CSS pixels per picture pixel
     * @returns {import("./gestures.mjs").Gesture}
     */
    press(press, {scale, mode}) {
        let at = press.point;
        return {
            move: points => {
                at = points[points.length - 1];
                this.toward(at);
            },
            end: () => {
                if (!this.isDrawing) this.#mode = modeOf(mode, press);
                this.#set({x: rounded(at.x), y: rounded(at.y)}, NEAR_PX[press.byTouch ? "touch" : "mouse"] / scale);
            },
        };
    }

    /** Where the pointer or the crosshair is now; null away from the canvas. @param {Point | null} point */
    toward(point) {
        if (!this.isDrawing) return;
        this.#next = point;
        this.#show(this.draft);
    }

    /** Make it an area, where it has corners enough. */
    close() {
        if (this.#corners.length < LEAST_CORNERS) return;
        const corners = this.#corners;
        this.giveUp();
        this.#add(corners, this.#mode);
    }

    /** Take the last corner back. @returns {boolean} whether there was one */
    back() {
        if (!this.isDrawing) return false;
        this.#corners = this.#corners.slice(0, -1);
        this.#show(this.draft);
        return true;
    }

    /** @returns {boolean} whether something was being drawn */
    giveUp() {
        const had = this.isDrawing;
        this.#corners = [];
        this.#next = null;
        if (had) this.#show(null);
        return had;
    }

    /** @param {Point} corner @param {number} near  picture pixels */
    #set(corner, near) {
        const isAt = (/** @type {Point | undefined} */ other) => other && Math.hypot(corner.x - other.x, corner.y - other.y) <= near;
        const {length} = this.#corners;
        if (isAt(this.#corners[length - 1]) || length >= LEAST_CORNERS && isAt(this.#corners[0])) return this.close();
        this.#corners = [...this.#corners, corner];
        this.#next = null;
        this.#show(this.draft);
    }
}
