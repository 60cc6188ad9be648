// The colours that were painted, where they lie under the mask.

import {contextOf} from "../dom/element.mjs";
import {drawArea, pointsOf} from "./marks.mjs";
import {coverPixels} from "./tile_pixels.mjs";
import {Tiles} from "./tiles.mjs";

/** @typedef {import("../edit/mask.mjs").Preview} Preview */
/** @typedef {import("../edit/colours.mjs").Paint} Paint */
/**
 * @typedef {object} Shown
 * @property {import("../edit/geometry.mjs").View} view
 * @property {import("./tiles.mjs").Place} place  of the mask's box, device pixels
 * @property {import("../edit/geometry.mjs").Size} device
 * @property {number} ratio  device pixels per CSS pixel
 * @property {boolean} moves  whether the view is being moved
 * @property {import("../edit/geometry.mjs").Size} picture
 * @property {() => CanvasPattern} bare  the picture without a tint, for CSS pixels
 */

export class PaintedColours {
    #redraw;
    #colours = contextOf(document.createElement("canvas"));
    #mask = contextOf(document.createElement("canvas"));
    /** @type {Preview | null} */
    #preview = null;
    /** @type {Tiles | null} */
    #tiles = null;

    /** @param {() => void} redraw  called once more of the mask is there */
    constructor(redraw) {
        this.#redraw = redraw;
    }

    close() {
        this.#tiles?.close();
        this.#tiles = this.#preview = null;
    }

    /** In device pixels. @param {CanvasRenderingContext2D} context @param {readonly import("../edit/state.mjs").Step[]} steps @param {Preview} preview @param {Shown} shown */
    draw(context, steps, preview, {view, place, device, ratio, moves, picture, bare}) {
        const strokes = steps.filter(isPaint).map(step => ({...step, points: pointsOf(step)}));
        if (!strokes.length) return;
        const [colours, mask] = [this.#colours, this.#mask];
        for (const one of [colours, mask]) Object.assign(one.canvas, {width: device.width, height: device.height}); // clears it
        this.#tilesOf(preview).draw(mask, place, device, moves);
        colours.setTransform(ratio, 0, 0, ratio, 0, 0);
        const pattern = bare();
        for (const step of strokes) drawArea(colours, view, {...step, opacity: 0}, picture, pattern);
        for (const step of strokes) drawArea(colours, view, step, picture, null);
        colours.setTransform(1, 0, 0, 1, 0, 0);
        colours.globalCompositeOperation = "destination-in";
        colours.drawImage(mask.canvas, 0, 0);
        context.drawImage(colours.canvas, 0, 0);
    }

    /** The mask of a preview, without a colour. @param {Preview} preview */
    #tilesOf(preview) {
        if (this.#tiles && preview === this.#preview) return this.#tiles;
        this.close();
        this.#preview = preview;
        return this.#tiles = new Tiles(preview.mask, coverPixels(preview.mask), this.#redraw);
    }
}

/** @param {import("../edit/state.mjs").Step} step @returns {step is Paint} */
function isPaint(step) {
    return step.kind === "paint";
}
