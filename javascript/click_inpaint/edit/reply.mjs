// Replies that carry pixels: uint32 (little-endian) length of a JSON header, the header, the bytes.

/** @param {ArrayBuffer} buffer @returns {{header: any, values: Uint8Array}} */
export function unpacked(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    return {header, values: new Uint8Array(buffer, 4 + length)};
}
