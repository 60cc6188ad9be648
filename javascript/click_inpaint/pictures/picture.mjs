// Brings pictures from files to canvases, and masks from memory to files.

import {isOurs, parseInfotext, readInfotext} from "../edit/infotext.mjs";
import {contextOf} from "../dom/element.mjs";
import {greyRows} from "../edit/mask.mjs";
import {readText, withText} from "../edit/png_text.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../edit/mask.mjs").Preview} Preview */
/** @typedef {{bitmap: ImageBitmap, width: number, height: number}} Decoded  size of the whole picture, upright */

/** Longest side of the copy that is kept for showing: more than any fitted view has. */
const SHOWN_SIDE_PX = 2560;
const STRIP_ROWS = 256;
/** Marks the masks that are saved here: Grow and Feather are in them already. */
const MASK_KEYWORD = "Click Inpaint mask";
const MASK_MARK = "blend mask";

/**
 * Decode a picture, upright, and keep a copy small enough to draw often. Throws where the browser cannot read it.
 * @param {Blob} blob
 * @returns {Promise<Decoded>}
 */
export async function decode(blob) {
    const full = await createImageBitmap(blob, {imageOrientation: "from-image"});
    const {width, height} = full;
    const scale = SHOWN_SIDE_PX / Math.max(width, height);
    if (scale >= 1) return {bitmap: full, width, height};
    const bitmap = await createImageBitmap(full, {
        resizeWidth: Math.max(1, Math.round(width * scale)),
        resizeHeight: Math.max(1, Math.round(height * scale)),
        resizeQuality: "high",
    });
    full.close();
    return {bitmap, width, height};
}

/** The colour of a pixel as it shows, "#rrggbb". @param {Decoded} picture @param {import("../edit/geometry.mjs").Point} point */
export function colourAt({bitmap, width, height}, {x, y}) {
    const context = contextOf(Object.assign(document.createElement("canvas"), {width: 1, height: 1}));
    context.drawImage(bitmap, Math.floor(x * bitmap.width / width), Math.floor(y * bitmap.height / height), 1, 1, 0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map(value => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The picture as a file, for a file input. @param {Blob} blob @param {string} name without ending */
export function asFile(blob, name) {
    const type = blob.type || "image/png";
    return new File([blob], `${name}.${type.split("/")[1]}`, {type});
}

/** Whether a file holds a blend mask: it was saved here, or by the host beside a result of ours. @param {Blob} blob */
export async function isBlendMask(blob) {
    return await readText(blob, MASK_KEYWORD) !== "" || isOurs(parseInfotext(await readInfotext(blob)));
}

/** The blend mask as a grey PNG of the picture's size, which says what it is. @param {Preview} preview @returns {Promise<Blob>} */
export async function maskPng({header, mask}) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = header.frame;
    const context = canvas.getContext("2d");
    if (!context) throw new Error(text("tooLargeForMask"));
    context.fillRect(0, 0, canvas.width, canvas.height);
    const [x0, y0] = header.box;
    for (let row = 0; row < mask.height; row += STRIP_ROWS) {
        const end = Math.min(row + STRIP_ROWS, mask.height);
        context.putImageData(new ImageData(greyRows(mask, row, end), mask.width, end - row), x0, y0 + row);
    }
    return new Promise((resolve, reject) => canvas.toBlob(
        blob => blob ? resolve(withText(blob, MASK_KEYWORD, MASK_MARK)) : reject(new Error(text("tooLargeForMask"))), "image/png"));
}
