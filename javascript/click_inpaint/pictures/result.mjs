// The picture of a result: as it was stitched where the server still has that, else the file that the host has saved.

import {fetchPicture} from "../host/page.mjs";
import {isHalf} from "../edit/ids.mjs";
import {text} from "../text/text.mjs";

const LOSSLESS = "image/png";
const NAMES = new Map([["image/jpeg", "JPEG"], ["image/webp", "WebP"], ["image/avif", "AVIF"]]);

/**
 * The picture of what the gallery shows; null where it cannot be had.
 * @param {import("../server/client.mjs").Client} client
 * @param {import("../host/gallery.mjs").Result} result  infotext: "" where the gallery tells none
 * @param {string} image  the whole id of the picture that it was made from: the server gives results to nobody else
 * @returns {Promise<Blob | null>}
 */
export async function resultPicture(client, {address, infotext}, image) {
    const isKnown = infotext !== "" && image !== "" && !isHalf(image);
    return (isKnown ? await client.result(infotext, image) : null) ?? fetchPicture(address);
}

/** Whether the bytes are those of the result. @param {Blob} picture */
export function isExact({type}) {
    return type === LOSSLESS;
}

/** What the person should know who goes on from this picture of a result; "" where it is the result itself. @param {Blob} picture */
export function noteOn(picture) {
    return isExact(picture) ? "" : text("fromFile", {format: NAMES.get(picture.type) ?? picture.type});
}
