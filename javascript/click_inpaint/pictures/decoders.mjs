// Whether browsers make the same pixels of a file as the server does. Where that is not certain from the file's header,
// the page shows the server's pixels, for they are the ones that are edited.
//
// Certain is only what is listed here. Browsers and the server differ on colours that are told by anything but a
// profile, on 16 bits, on colours that a palette does not have, on which frame of an animation is the picture, on the
// orientation of WebP, and on damaged EXIF data. (tests/host/test_kinds.py compares them in Chromium.)

const ORIENTATION = 0x0112;
const SHORT = 3;
const UPRIGHT = 1;

/** What says how a PNG looks, beside its pixels: size, a transparent colour, and that it is sRGB. */
const PNG_LOOKS = ["IHDR", "tRNS", "sRGB", "IDAT", "IEND"];
const PNG_TEXTS = ["tEXt", "zTXt", "iTXt"];
/** A date, and what nobody shows; colours with a palette are only advice. */
const PNG_SILENT = ["tIME", "pHYs", "bKGD", "sBIT", "hIST", "PLTE"];
/** The same as sRGB in numbers, for readers that do not know it. */
const PNG_BESIDE_SRGB = ["gAMA", "cHRM"];
/** Keywords of texts that may tell an orientation. */
const PNG_ORIENTED = /^(Raw profile type |XML:com\.adobe\.xmp\0)/;
const PNG_INDEXED = 3;
const BITS = 8;

/** JPEG's markers: baseline and progressive frames, those that few can read, and what programs write beside them. */
const JPEG = {
    mark: 0xFF,
    scan: 0xDA,
    frames: [0xC0, 0xC1, 0xC2],
    otherFrames: [0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF],
    app1: 0xE1, // EXIF and XMP
    app2: 0xE2, // a colour profile
    app14: 0xEE, // Adobe's: how colours are coded
};
const YCC = 1;

/** @param {Uint8Array} bytes a whole file @returns {boolean} */
export function decodesAlike(bytes) {
    const file = new Reader(bytes);
    try {
        if (file.has(0, "\x89PNG\r\n\x1A\n")) return isPlainPng(file);
        if (file.has(0, "\xFF\xD8\xFF")) return isPlainJpeg(file);
        return file.has(0, "RIFF") && file.has(8, "WEBP") && isPlainWebp(file);
    } catch (error) {
        if (error instanceof RangeError) return false; // it ends early
        throw error;
    }
}

/** @param {Reader} file */
function isPlainPng(file) {
    const bits = file.view.getUint8(24);
    if (bits > BITS || file.view.getUint8(25) === PNG_INDEXED) return false;
    /** @type {Set<string>} */
    const seen = new Set();
    for (let at = 8; !seen.has("IEND");) {
        const length = file.view.getUint32(at);
        const type = file.part(at, length + 12).text(4, 4); // its length before, its checksum behind
        if (![...PNG_LOOKS, ...PNG_TEXTS, ...PNG_SILENT, ...PNG_BESIDE_SRGB].includes(type)) return false;
        if (PNG_TEXTS.includes(type) && PNG_ORIENTED.test(file.text(at + 8, Math.min(length, 24)))) return false;
        seen.add(type);
        at += length + 12;
    }
    if (seen.has("tRNS") && bits < BITS) return false; // Pillow does not scale the colour as it scales the pixels
    return seen.has("sRGB") || !PNG_BESIDE_SRGB.some(type => seen.has(type));
}

/** @param {Reader} file */
function isPlainWebp(file) {
    const end = 8 + file.view.getUint32(4, true);
    if (end > file.view.byteLength) return false;
    for (let at = 12; at < end;) {
        const type = file.text(at, 4);
        const length = file.view.getUint32(at + 4, true);
        const chunk = file.part(at + 8, length);
        if (type === "EXIF" && orientationOf(chunk) !== UPRIGHT) return false;
        if (!["VP8 ", "VP8L", "VP8X", "ALPH", "EXIF"].includes(type)) return false; // profiles, animations, XMP
        at += 8 + length + length % 2;
    }
    return true;
}

/** @param {Reader} file */
function isPlainJpeg(file) {
    /** @type {number[]} */
    const orientations = [];
    let isOrientedByXmp = false;
    let components = 0;
    let transform = YCC;
    for (const {marker, data} of segmentsOf(file)) {
        if (JPEG.otherFrames.includes(marker)) return false;
        if (JPEG.frames.includes(marker)) {
            components = data.view.getUint8(5);
            if (data.view.getUint8(0) !== BITS || ![1, 3].includes(components)) return false;
        }
        if (marker === JPEG.app1 && data.has(0, "Exif\0\0")) orientations.push(orientationOf(data.part(6)));
        if (marker === JPEG.app1 && data.has(0, "http://ns.adobe.com/xap/1.0/\0")) isOrientedByXmp ||= data.text().includes("tiff:Orientation");
        if (marker === JPEG.app2 && data.has(0, "ICC_PROFILE\0") && !isSimpleProfile(data)) return false;
        if (marker === JPEG.app14 && data.has(0, "Adobe")) transform = data.view.getUint8(11);
    }
    if (!components || components === 3 && transform !== YCC) return false;
    if (orientations.length > 1 || orientations.includes(0)) return false;
    return orientations.length === 1 || !isOrientedByXmp;
}

/** What stands before the pixels. @param {Reader} file @returns {Generator<{marker: number, data: Reader}>} */
function* segmentsOf(file) {
    for (let at = 2; ;) {
        if (file.view.getUint8(at) !== JPEG.mark) throw new RangeError("no marker");
        const marker = file.view.getUint8(at + 1);
        at += marker === JPEG.mark ? 1 : 2; // marks may be repeated
        if (marker === JPEG.scan) return;
        if (marker === JPEG.mark) continue;
        const length = file.view.getUint16(at);
        yield {marker, data: file.part(at + 2, length - 2)};
        at += length;
    }
}

/**
 * Whether a profile is one of three primaries and curves, which every colour management computes alike, rather than of
 * tables, and in one segment. @param {Reader} segment
 */
function isSimpleProfile(segment) {
    const profile = segment.part(14);
    if (segment.view.getUint8(12) !== 1 || segment.view.getUint8(13) !== 1) return false;
    if (!profile.has(16, "RGB XYZ ")) return false;
    const tags = Array.from({length: profile.view.getUint32(128)}, (_, index) => profile.text(132 + 12 * index, 4));
    return ["rXYZ", "gXYZ", "bXYZ", "rTRC"].every(tag => tags.includes(tag)) && !tags.some(tag => /^(A2B|B2A|D2B|B2D)/.test(tag));
}

/**
 * What EXIF data say of the orientation: 1 to 8, 1 also where they say nothing, and 0 where readers may disagree.
 * @param {Reader} exif
 */
function orientationOf(exif) {
    const tiff = exif.has(0, "Exif\0\0") ? exif.part(6) : exif; // some WebP have JPEG's signature there, too
    const little = tiff.has(0, "II");
    if (!little && !tiff.has(0, "MM") || tiff.view.getUint16(2, little) !== 42) return 0;
    const directory = tiff.view.getUint32(4, little);
    const found = [];
    for (let entry = 0; entry < tiff.view.getUint16(directory, little); entry++) {
        const at = directory + 2 + 12 * entry;
        if (tiff.view.getUint16(at, little) !== ORIENTATION) {
            tiff.view.getUint8(at + 11); // there at all
            continue;
        }
        const isPlain = tiff.view.getUint16(at + 2, little) === SHORT && tiff.view.getUint32(at + 4, little) === 1;
        found.push(isPlain ? tiff.view.getUint16(at + 8, little) : 0);
    }
    const [orientation = UPRIGHT] = found;
    return found.length < 2 && orientation <= 8 ? orientation : 0;
}

/** Bytes of a file, or of a part of it. Reading beyond their end throws a RangeError. */
class Reader {
    view;

    /** @param {Uint8Array} bytes */
    constructor(bytes) {
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }

    /** @param {number} start @param {number} [length] to the end without it */
    part(start, length = this.view.byteLength - start) {
        const part = new DataView(this.view.buffer, this.view.byteOffset + start, length);
        if (start + length > this.view.byteLength) throw new RangeError("beyond the end");
        return new Reader(new Uint8Array(part.buffer, part.byteOffset, length));
    }

    /** Bytes as characters of the same number. @param {number} [start] @param {number} [length] */
    text(start = 0, length = this.view.byteLength - start) {
        const {view} = this.part(start, length);
        return Array.from({length}, (_, index) => String.fromCharCode(view.getUint8(index))).join("");
    }

    /** @param {number} start @param {string} characters of one byte each */
    has(start, characters) {
        return start + characters.length <= this.view.byteLength && this.text(start, characters.length) === characters;
    }
}
