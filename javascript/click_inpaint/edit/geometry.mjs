// Converts between pixels of the picture, of the canvas and of the page. Pure. Picture pixel (i, j) covers [i, i+1) × [j, j+1).

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {{x0: number, y0: number, x1: number, y1: number}} Box */
/**
 * Where the picture lies on the canvas.
 * @typedef {object} View
 * @property {number} scale  CSS pixels per picture pixel
 * @property {Point} offset  the picture's corner (0, 0), in CSS pixels from the canvas's corner
 */
/**
 * The canvas's box on the page, as getBoundingClientRect gives it.
 * @typedef {{left: number, top: number, width: number, height: number}} Rect
 */

/** Coordinates travel with this many decimals. */
const DECIMALS = 2;
/** The last coordinate that lies on the picture lies this far before its edge. */
const EDGE = 10 ** -DECIMALS;

/** @typedef {{left: number, top: number, right: number, bottom: number}} Frame  pixels that the picture is extended by */

/** @type {Frame} */
export const NO_FRAME = Object.freeze({left: 0, top: 0, right: 0, bottom: 0});

/** Picture pixels to CSS pixels of the canvas. @param {View} view @param {Point} point @returns {Point} */
export function toCanvas(view, point) {
    return {x: point.x * view.scale + view.offset.x, y: point.y * view.scale + view.offset.y};
}

/** CSS pixels of the canvas to picture pixels. @param {View} view @param {Point} point @returns {Point} */
export function toPicture(view, point) {
    return {x: (point.x - view.offset.x) / view.scale, y: (point.y - view.offset.y) / view.scale};
}

/**
 * Client coordinates of an event to CSS pixels of the canvas; `canvas` is its layout size, which a CSS transform of an
 * ancestor may show at another size.
 * @param {Rect} rect @param {Size} canvas @param {Point} client @returns {Point}
 */
export function fromClient(rect, canvas, client) {
    return {
        x: (client.x - rect.left) * canvas.width / rect.width,
        y: (client.y - rect.top) * canvas.height / rect.height,
    };
}

/** CSS pixels of the canvas to client coordinates. @param {Rect} rect @param {Size} canvas @param {Point} point */
export function toClient(rect, canvas, point) {
    return {
        x: point.x * rect.width / canvas.width + rect.left,
        y: point.y * rect.height / canvas.height + rect.top,
    };
}

/**
 * The whole device pixels that fit into a place of this CSS size; a canvas of just so many is never resampled.
 * @param {Size} place @param {number} ratio device pixels per CSS pixel @returns {Size}
 */
export function deviceSize({width, height}, ratio) {
    const whole = (/** @type {number} */ length) => Math.max(1, Math.floor(length * ratio + 1e-6));
    return {width: whole(width), height: whole(height)};
}

/**
 * Where the picture with all that its sides are extended by lies, in pixels of the picture: left and top of it are below 0.
 * @param {Size} picture @param {Frame | undefined} frame @returns {Box}
 */
export function extentOf({width, height}, {left = 0, top = 0, right = 0, bottom = 0} = NO_FRAME) {
    return {x0: -left, y0: -top, x1: width + right, y1: height + bottom};
}

/** The least that gives the picture a shape of `across` to `down`: it is spread over two sides. @param {Size} picture @param {readonly [number, number]} shape @returns {Frame} */
export function frameOfShape({width, height}, [across, down]) {
    const wider = Math.max(0, Math.round(height * across / down) - width);
    const higher = Math.max(0, Math.round(width * down / across) - height);
    const [left, top] = [Math.floor(wider / 2), Math.floor(higher / 2)];
    return {left, top, right: wider - left, bottom: higher - top};
}

/**
 * The side of the extended picture on whose edge the point lies, give or take `reach`; null for none.
 * @param {Box} extent @param {Point} point @param {number} reach @returns {keyof Frame | null}
 */
export function edgeAt({x0, y0, x1, y1}, {x, y}, reach) {
    if (x < x0 - reach || x > x1 + reach || y < y0 - reach || y > y1 + reach) return null;
    const apart = /** @type {[keyof Frame, number][]} */ ([["left", x - x0], ["top", y - y0], ["right", x1 - x], ["bottom", y1 - y]]);
    const [side, distance] = apart.reduce((one, other) => Math.abs(other[1]) < Math.abs(one[1]) ? other : one);
    return Math.abs(distance) <= reach ? side : null;
}

/** By how much a side is extended whose edge is drawn to the point. @param {Size} picture @param {keyof Frame} side @param {Point} point */
export function lengthTo({width, height}, side, {x, y}) {
    return Math.max(0, {left: -x, top: -y, right: x - width, bottom: y - height}[side]);
}

/** The most that a round of a wide extension adds to a side, as a share of the picture across it. */
const ROUND_SHARE = 0.25;
const ROUND_STEP_PX = 8;

/**
 * A wide extension in rounds, each on the result of the one before it: together they add just what the frame does.
 * @param {Size} picture @param {Frame} frame @returns {Frame[]}
 */
export function roundsOf({width, height}, frame) {
    const most = (/** @type {number} */ length) => Math.max(ROUND_STEP_PX, Math.floor(length * ROUND_SHARE / ROUND_STEP_PX) * ROUND_STEP_PX);
    const [across, down] = [most(width), most(height)];
    const now = {left: Math.min(frame.left, across), top: Math.min(frame.top, down), right: Math.min(frame.right, across), bottom: Math.min(frame.bottom, down)};
    const rest = {left: frame.left - now.left, top: frame.top - now.top, right: frame.right - now.right, bottom: frame.bottom - now.bottom};
    if (!Object.values(rest).some(Boolean)) return [now];
    return [now, ...roundsOf({width: width + now.left + now.right, height: height + now.top + now.bottom}, rest)];
}

/** A box with a margin of so much of its longer side. @param {Box} box @param {number} share @returns {Box} */
export function withMargin({x0, y0, x1, y1}, share) {
    const margin = share * Math.max(x1 - x0, y1 - y0);
    return {x0: x0 - margin, y0: y0 - margin, x1: x1 + margin, y1: y1 + margin};
}

/** Whether the point lies on the picture. @param {Size} picture @param {Point} point */
export function contains(picture, point) {
    return point.x >= 0 && point.y >= 0 && point.x < picture.width && point.y < picture.height;
}

/**
 * The nearest point on the picture, as it is written into the Edit.
 * @param {Size} picture
 * @param {Point} point
 * @returns {Point}
 */
export function ontoPicture(picture, point) {
    return {
        x: clamp(rounded(point.x), 0, picture.width - EDGE),
        y: clamp(rounded(point.y), 0, picture.height - EDGE),
    };
}

/**
 * The box between two corners, cut to the picture.
 * @param {Size} picture
 * @param {Point} a
 * @param {Point} b
 * @returns {Box}
 */
export function boxBetween(picture, a, b) {
    return {
        x0: clamp(rounded(Math.min(a.x, b.x)), 0, picture.width),
        y0: clamp(rounded(Math.min(a.y, b.y)), 0, picture.height),
        x1: clamp(rounded(Math.max(a.x, b.x)), 0, picture.width),
        y1: clamp(rounded(Math.max(a.y, b.y)), 0, picture.height),
    };
}

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
    return Math.min(Math.max(value, low), high);
}

/** To the decimals of a coordinate. @param {number} value */
export function rounded(value) {
    return Math.round(value * 10 ** DECIMALS) / 10 ** DECIMALS;
}
