// The server's masks as arrays of bytes. Pure. A mask is width × height bytes, 0..255, row by row.

import {splitReply} from "./reply.mjs";

/** @typedef {import("./geometry.mjs").Size & {values: Uint8Array}} Mask */
/**
 * @typedef {object} Header  what comes with a preview; boxes are [x0, y0, x1, y1] in picture pixels
 * @property {[number, number]} frame  the size of the mask, with what the picture is extended by
 * @property {[number, number, number, number]} box
 * @property {{crop: [number, number, number, number], working: [number, number], share: number, reach: number}[]} parts  what is painted, one
 *     after the other; share: the masked part of the working pixels; reach: of these the most between a masked one and what stays
 * @property {number} apart  separate pieces, where each would be painted much larger by itself; else 0
 * @property {string} digest
 * @property {import("./reply.mjs").ServerMessage[]} advice
 * @property {{last: number, scores: number[], candidate: number}[]} [objects]  what was clicked, and the guesses at it
 */
/** @typedef {{header: Header, mask: Mask}} Preview */

/** How many pixels count along each side of a block that becomes one pixel. */
const SAMPLES = 4;

/**
 * Read the reply to a request for a preview: a Header, and the mask of its box.
 * @param {ArrayBuffer} buffer
 * @returns {Preview}
 */
export function decodePreview(buffer) {
    const {header, values} = splitReply(buffer);
    const [left, top] = header.origin ?? [0, 0];
    const inPicture = (/** @type {readonly number[]} */ [x0, y0, x1, y1]) => [x0 - left, y0 - top, x1 - left, y1 - top];
    header.box = inPicture(header.box);
    for (const part of header.parts ?? []) part.crop = inPicture(part.crop);
    const [x0, y0, x1, y1] = header.box;
    const [width, height] = [x1 - x0, y1 - y0];
    return {header, mask: {width, height, values: new Uint8Array(buffer, values.byteOffset, width * height)}};
}

/**
 * The mask with its sides at most as asked, by averaging; never enlarged.
 * @param {Mask} mask
 * @param {number} width
 * @param {number} height
 * @returns {Mask}
 */
export function reduced(mask, width, height) {
    const size = {width: Math.min(mask.width, Math.max(1, Math.ceil(width))), height: Math.min(mask.height, Math.max(1, Math.ceil(height)))};
    if (size.width === mask.width && size.height === mask.height) return mask;
    const columns = bins(mask.width, size.width);
    const rows = bins(mask.height, size.height);
    const sums = new Float64Array(size.width * size.height);
    for (let y = 0, from = 0; y < mask.height; y++) {
        const row = rows.of[y] * size.width;
        for (let x = 0; x < mask.width; x++) sums[row + columns.of[x]] += mask.values[from++];
    }
    const values = new Uint8Array(sums.length);
    for (let i = 0; i < sums.length; i++) {
        values[i] = Math.round(sums[i] / (columns.count[i % size.width] * rows.count[Math.floor(i / size.width)]));
    }
    return {...size, values};
}

/**
 * The pixels of a box of the mask, brought to a size. Of large blocks only some pixels count, so that the cost depends on
 * the size alone.
 * @param {Mask} mask @param {import("./geometry.mjs").Box} box whole pixels @param {import("./geometry.mjs").Size} size @returns {Mask}
 */
export function region(mask, box, size) {
    const block = Math.max((box.x1 - box.x0) / size.width, (box.y1 - box.y0) / size.height);
    const step = Math.max(1, Math.floor(block / SAMPLES));
    const width = Math.ceil((box.x1 - box.x0) / step);
    const height = Math.ceil((box.y1 - box.y0) / step);
    const values = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
        const row = (box.y0 + y * step) * mask.width + box.x0;
        if (step === 1) values.set(mask.values.subarray(row, row + width), y * width);
        else for (let x = 0; x < width; x++) values[y * width + x] = mask.values[row + x * step];
    }
    return reduced({width, height, values}, size.width, size.height);
}

/**
 * Which of `count` bins each of `length` pixels falls into, and how many fall into each.
 * @param {number} length
 * @param {number} count
 */
function bins(length, count) {
    const of = new Uint32Array(length);
    const filled = new Uint32Array(count);
    for (let i = 0; i < length; i++) filled[of[i] = Math.floor(i * count / length)]++;
    return {of, count: filled};
}

/**
 * RGBA pixels of one colour whose alpha is the mask's value times `opacity`.
 * @param {Mask} mask
 * @param {readonly [number, number, number]} colour
 * @param {number} opacity
 */
export function tinted(mask, [red, green, blue], opacity) {
    const pixels = new Uint8ClampedArray(mask.values.length * 4);
    for (let i = 0, to = 0; i < mask.values.length; i++, to += 4) {
        pixels[to] = red;
        pixels[to + 1] = green;
        pixels[to + 2] = blue;
        pixels[to + 3] = mask.values[i] * opacity;
    }
    return pixels;
}

/**
 * Opaque RGBA grey pixels of some rows of the mask.
 * @param {Mask} mask
 * @param {number} from
 * @param {number} to row after the last
 */
export function greyRows(mask, from, to) {
    const values = mask.values.subarray(from * mask.width, to * mask.width);
    const pixels = new Uint8ClampedArray(values.length * 4).fill(255);
    for (let i = 0; i < values.length; i++) pixels.fill(values[i], i * 4, i * 4 + 3);
    return pixels;
}

// Marching squares. A cell lies between four pixel centres, bits TL 1, TR 2, BR 4, BL 8; its sides are named T, R, B, L.
// Each pair leads from one side to another with the inside on the right.
const PATHS = ["", "TL", "RT", "RL", "BR", "TLBR", "BT", "BL", "LB", "TB", "RTLB", "RB", "LR", "TR", "LT", ""];

/**
 * The closed lines along which the mask crosses `level`, as flat [x, y, x, y, …] in pixels of this mask, with
 * everything outside it 0. Marching squares (Lorensen and Cline's cubes in the plane), linearly interpolated.
 * @param {Mask} mask @param {number} [level] @returns {number[][]}
 */
export function contours(mask, level = 127.5) {
    const width = mask.width + 2;
    const values = padded(mask);
    const next = linked(values, width, level);
    const lines = [];
    for (let start = 0; start < next.length; start++) {
        /** @type {number[]} */
        const line = [];
        for (let side = start, following; (following = next[side]) >= 0; side = following) {
            next[side] = -1;
            crossing(line, values, width, side, level);
        }
        if (line.length) lines.push(line);
    }
    return lines;
}

/** The values with a border of zeros. @param {Mask} mask */
function padded({width, height, values}) {
    const out = new Uint8Array((width + 2) * (height + 2));
    for (let y = 0; y < height; y++) out.set(values.subarray(y * width, (y + 1) * width), (y + 1) * (width + 2) + 1);
    return out;
}

/**
 * For each crossed side the one that the line goes to next. Side 2i lies right of centre i, 2i+1 below it.
 * @param {Uint8Array} values
 * @param {number} width
 * @param {number} level
 */
function linked(values, width, level) {
    const next = new Int32Array(values.length * 2).fill(-1);
    const last = values.length - width - 1;
    for (let i = 0; i < last; i++) {
        const cell = (values[i] > level ? 1 : 0) | (values[i + 1] > level ? 2 : 0) |
            (values[i + width + 1] > level ? 4 : 0) | (values[i + width] > level ? 8 : 0);
        if (cell === 0 || cell === 15) continue;
        /** @type {Record<string, number>} */
        const sides = {T: 2 * i, R: 2 * (i + 1) + 1, B: 2 * (i + width), L: 2 * i + 1};
        const path = PATHS[cell];
        for (let p = 0; p < path.length; p += 2) next[sides[path[p]]] = sides[path[p + 1]];
    }
    return next;
}

/**
 * Append where the line crosses a side.
 * @param {number[]} line
 * @param {Uint8Array} values
 * @param {number} width
 * @param {number} side
 * @param {number} level
 */
function crossing(line, values, width, side, level) {
    const i = side >> 1;
    const a = values[i];
    const b = values[side & 1 ? i + width : i + 1];
    const part = (level - a) / (b - a);
    // The border shifts by one pixel, a centre lies half a pixel in.
    const x = i % width - 0.5;
    const y = Math.floor(i / width) - 0.5;
    line.push(side & 1 ? x : x + part, side & 1 ? y + part : y);
}

/** Below this score a guess is more often wrong than right. */
const SURE = 0.5;

/** Whether the segmenter itself thinks little of the guess that is taken. @param {{scores: readonly number[], candidate: number}} guesses */
export function isUnsure({scores, candidate}) {
    return (scores[candidate] ?? 1) < SURE;
}
