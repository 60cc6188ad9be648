// Which part of the picture shows, and how large. Pure. A camera is kept in picture pixels, so that it outlives every
// change of the canvas; a View is what it comes to on one canvas, and maps both ways.

import {clamp, toPicture} from "./geometry.mjs";

/** @typedef {import("./geometry.mjs").Point} Point */
/** @typedef {import("./geometry.mjs").Size} Size */
/** @typedef {import("./geometry.mjs").View} View */
/**
 * @typedef {{scale: number, centre: Point} | null} Camera  CSS pixels per picture pixel, and the picture pixel in the
 *     middle of the canvas; null shows the whole picture, whatever size the canvas takes
 */
/**
 * @typedef {object} Stage
 * @property {Size} picture
 * @property {import("./geometry.mjs").Box} [extent]  the picture and what extends it, in picture pixels; without it the picture alone
 * @property {Size} canvas  CSS pixels
 * @property {number} ratio device pixels per CSS pixel
 */

/** A fitted picture is enlarged at most this much. */
const FIT_MOST = 8;
/** Device pixels per picture pixel: 6400 %. */
const MOST = 64;
const UP = [1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const STOPS = [...UP.map(stop => 1 / stop).reverse(), 1, ...UP];
const SAME = 1e-3;

/** @param {Stage} stage */
function extent({picture, extent = {x0: 0, y0: 0, x1: picture.width, y1: picture.height}}) {
    return extent;
}

/** @param {Stage} stage @returns {Point} */
function middleOfAll(stage) {
    const {x0, y0, x1, y1} = extent(stage);
    return {x: (x0 + x1) / 2, y: (y0 + y1) / 2};
}

/** CSS pixels per picture pixel at which the whole picture shows, with what extends it. @param {Stage} stage */
export function fitScale(stage) {
    const {x0, y0, x1, y1} = extent(stage);
    return Math.min(stage.canvas.width / (x1 - x0), stage.canvas.height / (y1 - y0), FIT_MOST);
}

/** The least and the most that may be zoomed to. @param {Stage} stage */
export function scaleLimits(stage) {
    const fit = fitScale(stage);
    return {least: fit / 2, most: Math.max(MOST / stage.ratio, fit)};
}

/**
 * Where the picture lies on the canvas; from 100 % on its corner is on a whole device pixel, so that pixels are sharp.
 * @param {Camera} camera @param {Stage} stage @returns {View}
 */
export function viewOf(camera, stage) {
    const {scale, offset} = exactView(camera, stage);
    if (scale * stage.ratio < 1 - SAME) return {scale, offset};
    const snapped = (/** @type {number} */ value) => Math.round(value * stage.ratio) / stage.ratio;
    return {scale, offset: {x: snapped(offset.x), y: snapped(offset.y)}};
}

/**
 * Zoom by a factor; what is under `anchor` (CSS pixels of the canvas) stays there while the picture is larger than its fit.
 * @param {Camera} camera @param {Stage} stage @param {number} factor @param {Point} [anchor] the middle where absent @returns {Camera}
 */
export function zoomedBy(camera, stage, factor, anchor = middle(stage)) {
    return carried(camera, stage, anchor, anchor, exactView(camera, stage).scale * factor);
}

/**
 * The next round percentage up (1) or down (-1).
 * @param {Camera} camera @param {Stage} stage @param {1 | -1} direction @returns {Camera}
 */
export function zoomedStep(camera, stage, direction) {
    const {scale} = exactView(camera, stage);
    const shown = scale * stage.ratio;
    const stop = direction > 0 ? STOPS.find(one => one > shown * (1 + SAME)) : STOPS.findLast(one => one < shown * (1 - SAME));
    return zoomedBy(camera, stage, (stop ?? shown * 2 ** direction) / shown);
}

/** One picture pixel to one of the screen. @param {Camera} camera @param {Stage} stage @param {Point} [anchor] @returns {Camera} */
export function actualSize(camera, stage, anchor) {
    return zoomedBy(camera, stage, 1 / stage.ratio / exactView(camera, stage).scale, anchor);
}

/**
 * Move the picture by CSS pixels.
 * @param {Camera} camera @param {Stage} stage @param {number} across @param {number} down @returns {Camera}
 */
export function pannedBy(camera, stage, across, down) {
    const from = middle(stage);
    return carried(camera, stage, from, {x: from.x + across, y: from.y + down}, exactView(camera, stage).scale);
}

/**
 * Two fingers went from `before` to `after`, in CSS pixels of the canvas: what lay between them still does.
 * @param {Camera} camera @param {Stage} stage @param {readonly [Point, Point]} before @param {readonly [Point, Point]} after
 * @returns {Camera}
 */
export function pinched(camera, stage, before, after) {
    const apart = (/** @type {readonly [Point, Point]} */ [a, b]) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
    const between = (/** @type {readonly [Point, Point]} */ [a, b]) => ({x: (a.x + b.x) / 2, y: (a.y + b.y) / 2});
    return carried(camera, stage, between(before), between(after), exactView(camera, stage).scale * apart(after) / apart(before));
}

/**
 * Move no more than it takes to have the point at least `margin` CSS pixels inside.
 * @param {Camera} camera @param {Stage} stage @param {Point} point @param {number} margin @returns {Camera}
 */
export function revealing(camera, stage, point, margin) {
    const {scale, offset} = exactView(camera, stage);
    /** @param {number} at @param {number} length */
    const missing = (at, length) => clamp(at, Math.min(margin, length / 2), Math.max(length - margin, length / 2)) - at;
    const across = missing(point.x * scale + offset.x, stage.canvas.width);
    const down = missing(point.y * scale + offset.y, stage.canvas.height);
    return across || down ? pannedBy(camera, stage, across, down) : camera;
}

/** Device pixels per picture pixel, in percent, as it is shown to people. @param {Camera} camera @param {Stage} stage */
export function percentOf(camera, stage) {
    const percent = exactView(camera, stage).scale * stage.ratio * 100;
    return percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent);
}

/**
 * Zoom to `scale` with the picture pixel under `from` brought under `to`.
 * @param {Camera} camera @param {Stage} stage @param {Point} from @param {Point} to @param {number} scale @returns {Camera}
 */
function carried(camera, stage, from, to, scale) {
    const {least, most} = scaleLimits(stage);
    const held = toPicture(exactView(camera, stage), from);
    const taken = clamp(scale, least, most);
    const mid = middle(stage);
    return settled({scale: taken, centre: {x: held.x - (to.x - mid.x) / taken, y: held.y - (to.y - mid.y) / taken}}, stage);
}

/**
 * The picture is never lost: its pixels stay in the middle of the canvas, and a small one is centred.
 * @param {{scale: number, centre: Point}} camera @param {Stage} stage @returns {Camera}
 */
function settled({scale, centre}, stage) {
    const {x0, y0, x1, y1} = extent(stage);
    const fit = fitScale(stage);
    if (Math.abs(scale / fit - 1) < SAME) return null;
    if (scale < fit) return {scale, centre: middleOfAll(stage)};
    return {scale, centre: {x: clamp(centre.x, x0, x1), y: clamp(centre.y, y0, y1)}};
}

/** @param {Camera} camera @param {Stage} stage @returns {View} */
function exactView(camera, stage) {
    const {canvas} = stage;
    const scale = camera?.scale ?? fitScale(stage);
    const centre = camera?.centre ?? middleOfAll(stage);
    return {scale, offset: {x: canvas.width / 2 - centre.x * scale, y: canvas.height / 2 - centre.y * scale}};
}

/** @param {Stage} stage @returns {Point} */
function middle({canvas}) {
    return {x: canvas.width / 2, y: canvas.height / 2};
}
