// Pixels for tiles: of the picture, and of the tint that shows the mask.

import {TINT} from "./marks.mjs";
import {region, tinted} from "../edit/mask.mjs";

/** A part reduced more than this is a first look at a large picture: it must come soon, not be smooth. */
const ROUGH = 8;

/**
 * The picture: from the copy that is kept for showing and, once it is looked at more closely than that is fine, from the
 * whole, which is decoded then. A picture of 8192² pixels takes 268 MB so, and nobody pays who does not look.
 */
export class PictureCuts {
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

    /** @type {import("./tiles.mjs").Cut} */
    cut = async({x0, y0, x1, y1}, size) => {
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

    /** Give the whole back to the browser; the copy is its owner's. */
    close() {
        this.#whole?.then(bitmap => bitmap?.close());
    }
}

/** @param {import("../edit/mask.mjs").Mask} mask @returns {import("./tiles.mjs").Cut} */
export function cutOfMask(mask) {
    return async(box, size) => {
        const part = region(mask, box, size);
        return createImageBitmap(new ImageData(tinted(part, TINT.colour, TINT.opacity), part.width, part.height));
    };
}
