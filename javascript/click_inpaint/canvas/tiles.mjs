// Draws a large picture from tiles, small pieces of it: only those that are visible, at no more than twice the screen's
// pixels, made when they are first needed. A tile that is not made yet is drawn from a coarser one.

/** @typedef {import("../edit/geometry.mjs").Box} Box */
/** @typedef {import("../edit/geometry.mjs").Size} Size */
/** @typedef {(box: Box, size: Size) => Promise<ImageBitmap>} PixelSource  gives the pixels of a box, brought to a size */
/**
 * @typedef {object} Place  where the picture lies on the device's pixels
 * @property {number} scale  device pixels per picture pixel
 * @property {number} x @property {number} y  of the picture's corner
 */

const SIDE_PX = 512;
/** A megabyte each. */
const KEPT = 96;

/** @typedef {{level: number, column: number, row: number}} Tile */

export class Tiles {
    #size;
    #source;
    #changed;
    #top;
    /** By keyOf, least lately used first. @type {Map<string, ImageBitmap>} */
    #kept = new Map();
    /** @type {Tile[]} */
    #wanted = [];
    #isMaking = false;
    #closed = false;

    /** @param {Size} size of the whole @param {PixelSource} source @param {() => void} changed  something can be drawn better now */
    constructor(size, source, changed) {
        this.#size = size;
        this.#source = source;
        this.#changed = changed;
        this.#top = levelsOf(size);
    }

    /**
     * Draw what is visible from the tiles that there are; the missing ones are made, and `changed` tells of them.
     * @param {CanvasRenderingContext2D} context in device pixels @param {Place} place @param {Size} device
     * @param {boolean} [moving]  while the view moves, tiles that must be reduced and already show coarser are not made
     */
    draw(context, place, device, moving = false) {
        const level = levelFor(place.scale, this.#top);
        const visible = visibleTiles(this.#size, level, place, device);
        const whole = visible.length && level < this.#top ? [{level: this.#top, column: 0, row: 0}] : [];
        this.#wanted = [...whole, ...visible].filter(tile => !this.#kept.has(keyOf(tile)) &&
            (!moving || tile.level === 0 || !this.#bestOf(tile)));
        for (const tile of visible) this.#drawTile(context, tile, place);
        this.#forgetOld(visible.length);
        this.#makeWanted();
    }

    /** Give the pixels back to the browser. */
    close() {
        this.#closed = true;
        for (const bitmap of this.#kept.values()) bitmap.close();
        this.#kept.clear();
        this.#wanted = [];
    }

    /** @param {CanvasRenderingContext2D} context @param {Tile} tile @param {Place} place */
    #drawTile(context, tile, place) {
        const best = this.#bestOf(tile);
        const bitmap = best && this.#kept.get(keyOf(best));
        if (!bitmap) return;
        this.#kept.delete(keyOf(best));
        this.#kept.set(keyOf(best), bitmap); // used just now
        drawPart(context, bitmap, boxOf(this.#size, best), boxOf(this.#size, tile), place);
    }

    /** The tile itself, or the finest coarser one that shows its place. @param {Tile} tile @returns {Tile | null} */
    #bestOf(tile) {
        for (let from = tile; from.level <= this.#top; from = parentOf(from)) {
            if (this.#kept.has(keyOf(from))) return from;
        }
        return null;
    }

    /** @param {number} visible how many tiles show */
    #forgetOld(visible) {
        for (const [key, bitmap] of this.#kept) {
            if (this.#kept.size <= Math.max(KEPT, 2 * visible)) return;
            bitmap.close();
            this.#kept.delete(key);
        }
    }

    async #makeWanted() {
        if (this.#isMaking) return;
        this.#isMaking = true;
        try {
            for (let tile; !this.#closed && (tile = this.#wanted.shift());) await this.#make(tile);
        } finally {
            this.#isMaking = false;
        }
    }

    /** @param {Tile} tile */
    async #make(tile) {
        const bitmap = await this.#source(boxOf(this.#size, tile), sizeOf(this.#size, tile)).catch(error => {
            if (!this.#closed) throw error; // whoever closed the picture has closed these tiles
        });
        if (!bitmap) return;
        if (this.#closed) return void bitmap.close();
        this.#kept.set(keyOf(tile), bitmap);
        this.#changed();
    }
}

/** How often the picture must be halved to fit into one tile. @param {Size} size */
export function levelsOf({width, height}) {
    return Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / SIDE_PX)));
}

/**
 * Halvings after which the pixels are still as fine as the screen's.
 * @param {number} scale device pixels per picture pixel @param {number} top
 */
export function levelFor(scale, top) {
    return Math.min(top, Math.max(0, Math.floor(-Math.log2(scale))));
}

/** The tiles of a level that show. @param {Size} size @param {number} level @param {Place} place @param {Size} device @returns {Tile[]} */
export function visibleTiles(size, level, place, device) {
    const side = SIDE_PX * 2 ** level;
    /** @param {number} offset @param {number} extent @param {number} length */
    const range = (offset, extent, length) => {
        if (offset + length * place.scale <= 0) return {first: 0, end: 0};
        const first = Math.max(0, Math.floor(-offset / place.scale / side));
        const end = Math.min(Math.ceil(length / side), Math.ceil((extent - offset) / place.scale / side));
        return {first, end};
    };
    const [columns, rows] = [range(place.x, device.width, size.width), range(place.y, device.height, size.height)];
    const tiles = [];
    for (let row = rows.first; row < rows.end; row++) {
        for (let column = columns.first; column < columns.end; column++) tiles.push({level, column, row});
    }
    return tiles;
}

/** The picture pixels of a tile. @param {Size} size @param {Tile} tile @returns {Box} */
export function boxOf(size, {level, column, row}) {
    const side = SIDE_PX * 2 ** level;
    return {x0: column * side, y0: row * side, x1: Math.min((column + 1) * side, size.width), y1: Math.min((row + 1) * side, size.height)};
}

/** How many pixels a tile has. @param {Size} size of the picture @param {Tile} tile @returns {Size} */
function sizeOf(size, tile) {
    const {x0, y0, x1, y1} = boxOf(size, tile);
    const halved = (/** @type {number} */ length) => Math.max(1, Math.ceil(length / 2 ** tile.level));
    return {width: halved(x1 - x0), height: halved(y1 - y0)};
}

/** The tile that shows the same place, and more, half as fine. @param {Tile} tile @returns {Tile} */
function parentOf({level, column, row}) {
    return {level: level + 1, column: column >> 1, row: row >> 1};
}

/** @param {Tile} tile */
function keyOf({level, column, row}) {
    return `${level} ${column} ${row}`;
}

/**
 * Draw the `part` of a bitmap that shows `whole`, edges on whole device pixels: neighbours meet without a seam.
 * @param {CanvasRenderingContext2D} context @param {ImageBitmap} bitmap @param {Box} whole @param {Box} part @param {Place} place
 */
function drawPart(context, bitmap, whole, part, {scale, x, y}) {
    const across = bitmap.width / (whole.x1 - whole.x0);
    const down = bitmap.height / (whole.y1 - whole.y0);
    const [left, right] = [part.x0, part.x1].map(at => Math.round(at * scale + x));
    const [top, bottom] = [part.y0, part.y1].map(at => Math.round(at * scale + y));
    if (right <= left || bottom <= top) return;
    context.drawImage(bitmap, (part.x0 - whole.x0) * across, (part.y0 - whole.y0) * down, (part.x1 - part.x0) * across,
        (part.y1 - part.y0) * down, left, top, right - left, bottom - top);
}
