// The line around what is selected: only of the part that is looked at, and as fine as the screen shows it.

import {contours, region} from "../edit/mask.mjs";

/** @typedef {import("../edit/geometry.mjs").Box} Box */
/** @typedef {import("../edit/geometry.mjs").Size} Size */
/** @typedef {import("../edit/geometry.mjs").View} View */
/** @typedef {import("../edit/mask.mjs").Preview} Preview */
/** @typedef {{header: {box: readonly number[]}, mask: import("../edit/mask.mjs").Mask}} Outlined  mask of any resolution of the box */

/** How much further than the canvas a window reaches on each side, as a share of it: panning needs no new one at once. */
const MARGIN = 0.4;

export class Outline {
    /** @type {{of: object | null, level: number, window: Box, path: Path2D}} */
    #made = {of: null, level: 0, window: {x0: 0, y0: 0, x1: 0, y1: 0}, path: new Path2D()};

    /**
     * The outline in CSS pixels. While the view moves, the last one known of this preview does.
     * @param {Preview} preview @param {View} view @param {Size} canvas @param {number} ratio @param {boolean} moving @returns {Path2D}
     */
    path(preview, view, canvas, ratio, moving) {
        const level = Math.max(0, Math.ceil(-Math.log2(view.scale * ratio)));
        const seen = visible(preview.header.box, view, canvas, 0);
        const good = this.#made.of === preview && (moving || (this.#made.level === level && covers(this.#made.window, seen)));
        if (!good) {
            const window = visible(preview.header.box, view, canvas, MARGIN);
            this.#made = {of: preview, level, window, path: windowPath(preview, window, level)};
        }
        return onCanvas(this.#made.path, view);
    }
}

/** A path of picture pixels as one of CSS pixels. @param {Path2D} path @param {View} view */
export function onCanvas(path, {scale, offset}) {
    const moved = new Path2D();
    moved.addPath(path, new DOMMatrix([scale, 0, 0, scale, offset.x, offset.y]));
    return moved;
}

/** The line at which a mask is half on, in picture pixels. @param {Outlined} outlined */
export function outlineOf({header: {box: [x0, y0, x1, y1]}, mask}) {
    return pathOf(contours(mask), x0, y0, (x1 - x0) / mask.width, (y1 - y0) / mask.height);
}

/** @param {Preview} preview @param {Box} window picture pixels @param {number} level */
function windowPath({header: {box}, mask}, {x0, y0, x1, y1}, level) {
    if (x1 <= x0 || y1 <= y0) return new Path2D();
    const size = {width: Math.ceil((x1 - x0) / 2 ** level), height: Math.ceil((y1 - y0) / 2 ** level)};
    const part = region(mask, {x0: x0 - box[0], y0: y0 - box[1], x1: x1 - box[0], y1: y1 - box[1]}, size);
    return pathOf(contours(part), x0, y0, (x1 - x0) / part.width, (y1 - y0) / part.height);
}

/**
 * Contours of a mask as a path of picture pixels.
 * @param {number[][]} lines @param {number} left @param {number} top of the mask @param {number} across @param {number} down of one of its pixels
 */
function pathOf(lines, left, top, across, down) {
    const path = new Path2D();
    for (const line of lines) {
        for (let i = 0; i < line.length; i += 2) path[i ? "lineTo" : "moveTo"](left + line[i] * across, top + line[i + 1] * down);
        path.closePath();
    }
    return path;
}

/**
 * The whole pixels of a box that the canvas shows, and a margin around it.
 * @param {readonly number[]} box @param {View} view @param {Size} canvas @param {number} margin share of the canvas @returns {Box}
 */
function visible([x0, y0, x1, y1], {scale, offset}, canvas, margin) {
    const [across, down] = [canvas.width * margin, canvas.height * margin];
    return {
        x0: Math.max(x0, Math.floor((-across - offset.x) / scale)),
        y0: Math.max(y0, Math.floor((-down - offset.y) / scale)),
        x1: Math.min(x1, Math.ceil((canvas.width + across - offset.x) / scale)),
        y1: Math.min(y1, Math.ceil((canvas.height + down - offset.y) / scale)),
    };
}

/** @param {Box} a @param {Box} b */
function covers(a, b) {
    return b.x0 >= b.x1 || b.y0 >= b.y1 || (a.x0 <= b.x0 && a.y0 <= b.y0 && a.x1 >= b.x1 && a.y1 >= b.y1);
}
