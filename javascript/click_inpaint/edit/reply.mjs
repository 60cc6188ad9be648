// The server's replies that carry pixels: a uint32 (little-endian) length, a JSON header of that many bytes, the pixels.

/**
 * @typedef {object} ServerMessage  a sentence for the person, wherever the server's replies hold one
 * @property {string} text  all of it in English
 * @property {string} template  the same with {names} for the values: what a translation is looked up by
 * @property {Record<string, string | number | ServerMessage>} values
 */

/** @param {ArrayBuffer} buffer @returns {{header: any, values: Uint8Array}} values share the buffer's memory */
export function splitReply(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    return {header, values: new Uint8Array(buffer, 4 + length)};
}
