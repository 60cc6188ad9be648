// A picture made small, to be told apart from others.

const THUMB_PX = 160;
const LONGEST_THUMB_PX = 640;

/** @param {Blob} blob @returns {Promise<Blob>} */
export async function thumbOf(blob) {
    const whole = await createImageBitmap(blob);
    const scale = Math.min(1, THUMB_PX / whole.height, LONGEST_THUMB_PX / whole.width);
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(whole.width * scale)), Math.max(1, Math.round(whole.height * scale)));
    const pen = canvas.getContext("2d");
    if (!pen) throw new Error("This browser has no memory left for a thumbnail: close other tabs, then reload this page.");
    pen.imageSmoothingQuality = "medium";
    pen.drawImage(whole, 0, 0, canvas.width, canvas.height);
    whole.close();
    return canvas.convertToBlob({type: "image/webp", quality: 0.85}); // which can be transparent; PNG where the browser has none
}
