// Zip archives as PKWARE's APPNOTE describes them, with their files stored as they are: pictures are packed already.

const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;
const VERSION = 20, UTF8_NAMES = 1 << 11;
/** 1 January 1980, the first day that the format knows: the same files make the same archive. */
const DATE = 0x0021;
/** Beyond these the format needs its 64-bit form. */
const MOST_FILES = 0xffff, MOST_BYTES = 0xffffffff;
const TABLE = Uint32Array.from({length: 256}, (_, at) => {
    let crc = at;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1;
    return crc;
});

/**
 * An archive of files, in their order. Throws a RangeError for more than the format holds.
 * @param {readonly {name: string, blob: Blob}[]} files  names with "/" between folders @returns {Promise<Blob>}
 */
export async function zipped(files) {
    /** @type {(Blob | Uint8Array<ArrayBuffer>)[]} */
    const parts = [];
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const directory = [];
    let offset = 0;
    for (const {name, blob} of files) {
        const known = {name: new TextEncoder().encode(name), crc: crcOf(new Uint8Array(await blob.arrayBuffer())), size: blob.size};
        const header = record([LOCAL, 4], ...about(known), ...bytesOf(known.name));
        parts.push(header, blob);
        directory.push(record([CENTRAL, 4], [VERSION, 2], ...about(known), [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4], ...bytesOf(known.name)));
        offset += header.length + blob.size;
    }
    const length = directory.reduce((sum, entry) => sum + entry.length, 0);
    if (files.length > MOST_FILES || offset + length > MOST_BYTES) throw new RangeError("more than a zip file holds");
    const end = record([END, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [length, 4], [offset, 4], [0, 2]);
    return new Blob([...parts, ...directory, end], {type: "application/zip"});
}

/** What the file's own header and the directory both tell. @param {{name: Uint8Array, crc: number, size: number}} known @returns {[number, number][]} */
function about({name, crc, size}) {
    return [[VERSION, 2], [UTF8_NAMES, 2], [0, 2], [0, 2], [DATE, 2], [crc, 4], [size, 4], [size, 4], [name.length, 2], [0, 2]];
}

/** @param {Uint8Array} name @returns {[number, number][]} */
function bytesOf(name) {
    return Array.from(name, byte => [byte, 1]);
}

/** Numbers with the least byte first. @param {...[number, number]} fields  each with its length in bytes */
function record(...fields) {
    const bytes = fields.flatMap(([value, length]) => Array.from({length}, (_, at) => value >>> 8 * at & 0xff));
    return Uint8Array.from(bytes);
}

/** @param {Uint8Array} data */
function crcOf(data) {
    let crc = 0xffffffff;
    for (const byte of data) crc = TABLE[(crc ^ byte) & 0xff] ^ crc >>> 8;
    return (crc ^ 0xffffffff) >>> 0;
}
