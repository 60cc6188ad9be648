// A crosshair for the keyboard, which clicks and draws without a mouse: one press begins a line, the next one ends it.

import {ontoPicture} from "../edit/geometry.mjs";
import {revealing} from "../edit/view.mjs";

/** @typedef {import("../edit/geometry.mjs").Point} Point */
/** @typedef {import("./gestures.mjs").Gesture} Gesture */

const ARROW_PX = 10;
/** How far inside the canvas the view keeps it. */
const MARGIN_PX = 40;

export class Crosshair {
    #view;
    /** @type {Point | null} */
    #at = null;
    /** @type {Gesture | null} */
    #drawing = null;

    /** @param {import("../canvas/canvas.mjs").CanvasView} view */
    constructor(view) {
        this.#view = view;
    }

    /** Whether a line has begun. */
    get isDrawing() {
        return this.#drawing !== null;
    }

    /** Where it stands; null while it is hidden. */
    get at() {
        return this.#at;
    }

    hide() {
        if (!this.#at) return;
        this.giveUp();
        this.#at = null;
        this.#view.show({crosshair: null});
    }

    /** Give up the line. @returns {boolean} whether there was one */
    giveUp() {
        const had = this.isDrawing;
        this.#drawing = null;
        if (had) this.#view.show({draft: null});
        return had;
    }

    /**
     * Move; where it was hidden, from the middle of the part of the picture that shows.
     * @param {number} across
     * @param {number} down
     * @param {boolean} fine by one picture pixel, not by ten of the screen
     */
    move(across, down, fine) {
        const {picture} = this.#view;
        if (!picture) return;
        const step = fine ? 1 : ARROW_PX / this.#view.view.scale;
        const from = this.#at ?? this.#view.middle;
        const at = this.#at = ontoPicture(picture, {x: from.x + across * step, y: from.y + down * step});
        this.#view.show({crosshair: at});
        this.#view.look((camera, stage) => revealing(camera, stage, at, MARGIN_PX));
        this.#drawing?.move([at]);
    }

    /** Press where it stands. @param {(point: Point) => Gesture | null} begin @param {boolean} atOnce  the tool needs no line */
    press(begin, atOnce) {
        if (!this.#at) return this.move(0, 0, true);
        const drawing = this.#drawing ?? begin(this.#at);
        if (!this.#drawing && !atOnce) {
            this.#drawing = drawing;
            return;
        }
        this.giveUp();
        drawing?.end();
    }
}
