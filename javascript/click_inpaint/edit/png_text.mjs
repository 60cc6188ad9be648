// The texts in a PNG file, read and written; its pixels are passed over unread.

const SIGNATURE = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
const LONGEST_TEXT = 4_000_000;
/** Of a chunk beside its data: length and type before, checksum behind. */
const FRAME_BYTES = 12;
/** The signature and the header, which is always the first chunk. */
const HEAD_BYTES = SIGNATURE.length + FRAME_BYTES + 13;
const CRC_POLYNOMIAL = 0xEDB88320;

/** The first text of that keyword, "" where there is none, or no PNG. @param {Blob} blob @param {string} keyword @returns {Promise<string>} */
export async function readText(blob, keyword) {
    if (!await isPng(blob)) return "";
    for await (const {type, data} of chunks(blob)) {
        const found = await textOf(type, data).catch(() => null); // a damaged chunk counts as absent
        if (found?.keyword === keyword) return found.text;
    }
    return "";
}

/** A PNG file with one more text. @param {Blob} blob @param {string} keyword @param {string} text  both Latin-1 @returns {Blob} */
export function withText(blob, keyword, text) {
    const data = Uint8Array.from(`tEXt${keyword}\0${text}`, letter => letter.charCodeAt(0));
    const frame = new DataView(new ArrayBuffer(8));
    frame.setUint32(0, data.length - 4);
    frame.setUint32(4, crc(data));
    const chunk = [frame.buffer.slice(0, 4), data, frame.buffer.slice(4)];
    return new Blob([blob.slice(0, HEAD_BYTES), ...chunk, blob.slice(HEAD_BYTES)], {type: blob.type});
}

/** @param {Blob} blob */
async function isPng(blob) {
    const head = new Uint8Array(await blob.slice(0, SIGNATURE.length).arrayBuffer());
    return SIGNATURE.every((byte, at) => head[at] === byte);
}

/** The chunks that can carry text, in the file's order; pixels are skipped unread. @param {Blob} blob */
async function* chunks(blob) {
    for (let at = SIGNATURE.length; at + 8 <= blob.size;) {
        const head = new DataView(await blob.slice(at, at + 8).arrayBuffer());
        const length = head.getUint32(0);
        const type = String.fromCharCode(...new Uint8Array(head.buffer, 4, 4));
        if (["tEXt", "zTXt", "iTXt"].includes(type) && length <= LONGEST_TEXT) {
            yield {type, data: new Uint8Array(await blob.slice(at + 8, at + 8 + length).arrayBuffer())};
        }
        if (type === "IEND") return;
        at += length + FRAME_BYTES;
    }
}

/** @param {string} type @param {Uint8Array<ArrayBuffer>} data @returns {Promise<{keyword: string, text: string} | null>} */
async function textOf(type, data) {
    const end = data.indexOf(0);
    if (end < 0) return null;
    const keyword = latin1(data.subarray(0, end));
    if (type === "tEXt") return {keyword, text: latin1(data.subarray(end + 1))};
    if (type === "zTXt") return {keyword, text: latin1(await inflated(data.subarray(end + 2), LONGEST_TEXT))};
    const language = data.indexOf(0, end + 3);
    const translated = data.indexOf(0, language + 1);
    if (language < 0 || translated < 0) return null;
    const body = data.subarray(translated + 1);
    return {keyword, text: new TextDecoder().decode(data[end + 1] ? await inflated(body, LONGEST_TEXT) : body)};
}

/** TextDecoder cannot do this: what it calls "latin1" is Windows-1252. @param {Uint8Array} bytes */
function latin1(bytes) {
    const parts = [];
    for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
    return parts.join("");
}

/** What zlib has packed. Throws where that is damaged, or more than `most` bytes. @param {Uint8Array<ArrayBuffer>} bytes @param {number} most @returns {Promise<Uint8Array>} */
export async function inflated(bytes, most) {
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const parts = [];
    let length = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
        parts.push(next.value);
        length += next.value.length;
        if (length <= most) continue;
        await reader.cancel();
        throw new RangeError(`it unpacks to more than ${most} bytes`);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The checksum of a chunk's type and data, as PNG has it. @param {Uint8Array} bytes */
function crc(bytes) {
    let value = 0xFFFFFFFF;
    for (const byte of bytes) {
        value ^= byte;
        for (let bit = 0; bit < 8; bit++) value = value & 1 ? value >>> 1 ^ CRC_POLYNOMIAL : value >>> 1;
    }
    return ~value >>> 0;
}
