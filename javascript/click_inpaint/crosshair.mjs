// Pointing without a pointer.

import {ontoPicture} from "./geometry.mjs";

/** @typedef {import("./geometry.mjs").Point} Point */

const ARROW_PX = 10;

export class Crosshair {
    #view;
    /** @type {Point | null} */
    #at = null;

    /** @param {import("./canvas.mjs").CanvasView} view */
    constructor(view) {
        this.#view = view;
    }

    /** Picture pixels; null while it is not shown. */
    get at() {
        return this.#at;
    }

    hide() {
        this.#at = null;
        this.#view.show({crosshair: null});
    }

    /**
     * Move, or first appear in the middle.
     * @param {import("./geometry.mjs").Size} picture
     * @param {number} across
     * @param {number} down
     * @param {boolean} fine by one picture pixel, not by ten of the screen
     */
    move(picture, across, down, fine) {
        const step = fine ? 1 : ARROW_PX / this.#view.view.scale;
        const from = this.#at ?? {x: picture.width / 2, y: picture.height / 2};
        this.#at = ontoPicture(picture, {x: from.x + across * step, y: from.y + down * step});
        this.#view.show({crosshair: this.#at});
    }
}
