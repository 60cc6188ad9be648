// Where tiles take their pixels from: the picture, and the mask as a tint.

import {TINT} from "./marks.mjs";
import {region, tinted} from "../edit/mask.mjs";

/** A tile that is reduced more than this is a first look at a large picture: it must come soon, not be smooth. */
const ROUGH = 8;

/**
 * The pixels of a picture. They come from the copy that is kept for showing; where that is too coarse for a closer look,
 * from the whole picture, which is decoded only then: one of 8192² pixels takes 268 MB.
 */
export class PicturePixels {
    #picture;
    #decode;
    /** @type {Promise<ImageBitmap | null> | null} */
    #whole = null;

    /**
     * @param {import("../pictures/picture.mjs").Decoded} picture
     * @param {() => Promise<ImageBitmap | null>} decode  the whole; null where it cannot be had, and the copy has to do
     */
    constructor(picture, decode) {
        this.#picture = picture;
        this.#decode = decode;
    }

    /** @type {import("./tiles.mjs").PixelSource} */
    read = async({x0, y0, x1, y1}, size) => {
        const {bitmap: copy, width, height} = this.#picture;
        const isFine = copy.width >= width || size.width <= Math.ceil((x1 - x0) * copy.width / width);
        const bitmap = isFine ? copy : await (this.#whole ??= this.#decode()) ?? copy;
        const [across, down] = [bitmap.width / width, bitmap.height / height];
        const [left, top] = [Math.round(x0 * across), Math.round(y0 * down)];
        const [wide, high] = [Math.max(1, Math.round(x1 * across) - left), Math.max(1, Math.round(y1 * down) - top)];
        if (size.width >= wide && size.height >= high) return createImageBitmap(bitmap, left, top, wide, high);
        const resizeQuality = wide / size.width > ROUGH ? "low" : "medium";
        return createImageBitmap(bitmap, left, top, wide, high, {resizeWidth: size.width, resizeHeight: size.height, resizeQuality});
    };

    /** Give the whole back to the browser; the copy belongs to the picture. */
    close() {
        this.#whole?.then(bitmap => bitmap?.close());
    }
}

/** The pixels of the tint that shows a mask. @param {import("../edit/mask.mjs").Mask} mask */
export function tintPixels(mask) {
    return maskPixels(mask, TINT.colour, TINT.opacity);
}

/** Pixels as opaque as a mask is white. @param {import("../edit/mask.mjs").Mask} mask */
export function coverPixels(mask) {
    return maskPixels(mask, [0, 0, 0], 1);
}

/** @param {import("../edit/mask.mjs").Mask} mask @param {[number, number, number]} colour @param {number} opacity @returns {import("./tiles.mjs").PixelSource} */
function maskPixels(mask, colour, opacity) {
    return async(box, size) => {
        const part = region(mask, box, size);
        return createImageBitmap(new ImageData(tinted(part, colour, opacity), part.width, part.height));
    };
}
