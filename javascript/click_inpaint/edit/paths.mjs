// Lines drawn by hand, reduced to the few points that still describe them. Pure. Points are in picture pixels.

import {rounded} from "./geometry.mjs";

/** @typedef {import("./geometry.mjs").Point} Point */

/** How far a simplified line may lie from the drawn one, in pixels of the picture or, zoomed out, of the screen. */
const TOLERANCE_PX = 0.25;
/** How far smoothing may move a point, in pixels of the screen: a trembling hand is evened out, corners stay corners. */
const JITTER_PX = 0.5;

/**
 * A drawn line as it goes into the Edit: smoothed, simplified, rounded.
 * @param {readonly Point[]} points @param {number} scale screen pixels per picture pixel while it was drawn @returns {Point[]}
 */
export function finished(points, scale) {
    return simplified(smoothed(points, JITTER_PX / scale), tolerance(scale)).map(({x, y}) => ({x: rounded(x), y: rounded(y)}));
}

/**
 * How far a simplified line may lie from the drawn one, in picture pixels. Zoomed out it is more of them, since nobody
 * draws finer than the screen shows.
 * @param {number} scale screen pixels per picture pixel
 */
export function tolerance(scale) {
    return TOLERANCE_PX / Math.min(scale, 1);
}

/**
 * Every inner point moved towards its neighbours' middle, weights 1 2 1, by at most `most`; the ends stay.
 * @param {readonly Point[]} points @param {number} most @returns {Point[]}
 */
export function smoothed(points, most) {
    return points.map((point, i) => {
        const [before, after] = [points[i - 1], points[i + 1]];
        if (!before || !after) return point;
        const way = {x: (before.x + after.x - 2 * point.x) / 4, y: (before.y + after.y - 2 * point.y) / 4};
        const part = Math.min(1, most / (Math.hypot(way.x, way.y) || 1));
        return {x: point.x + part * way.x, y: point.y + part * way.y};
    });
}

/**
 * The fewest of the points, ends included, that no dropped point lies further than `most` from: Ramer 1972, Douglas and
 * Peucker 1973, with a stack in place of recursion.
 * @param {readonly Point[]} points @param {number} most @returns {Point[]}
 */
export function simplified(points, most) {
    if (points.length < 3) return [...points];
    const kept = new Uint8Array(points.length);
    kept[0] = kept[points.length - 1] = 1;
    const spans = [[0, points.length - 1]];
    for (let span; (span = spans.pop());) {
        const [from, to] = span;
        const {index, distance} = farthest(points, from, to);
        if (distance <= most) continue;
        kept[index] = 1;
        spans.push([from, index], [index, to]);
    }
    return points.filter((_, i) => kept[i]);
}

/** How far a point lies from a stretch of line. @param {Point} point @param {Point} a @param {Point} b */
export function distanceTo(point, a, b) {
    const along = {x: b.x - a.x, y: b.y - a.y};
    const length = along.x ** 2 + along.y ** 2;
    const part = length && Math.min(1, Math.max(0, ((point.x - a.x) * along.x + (point.y - a.y) * along.y) / length));
    return Math.hypot(point.x - a.x - part * along.x, point.y - a.y - part * along.y);
}

/** The point between two others that lies farthest from their line. @param {readonly Point[]} points @param {number} from @param {number} to */
function farthest(points, from, to) {
    let [index, distance] = [from, -1];
    for (let i = from + 1; i < to; i++) {
        const here = distanceTo(points[i], points[from], points[to]);
        if (here > distance) [index, distance] = [i, here];
    }
    return {index, distance};
}
