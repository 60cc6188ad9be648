import assert from "node:assert/strict";
import {test} from "node:test";
import {decodesAlike} from "../../javascript/click_inpaint/pictures/decoders.mjs";

/** Bytes of characters and numbers. @param {...(string | number | Uint8Array)} parts */
const bytes = (...parts) => new Uint8Array(parts.flatMap(part =>
    typeof part === "string" ? [...part].map(one => one.charCodeAt(0)) : typeof part === "number" ? [part] : [...part]));
const big = (value, size) => Array.from({length: size}, (_, at) => value >>> 8 * (size - 1 - at) & 255);
const small = (value, size) => big(value, size).reverse();

const chunk = (type, ...data) => bytes(...big(bytes(...data).length, 4), type, ...data, 0, 0, 0, 0);
const header = (bits, colours) => chunk("IHDR", 0, 0, 0, 1, 0, 0, 0, 1, bits, colours, 0, 0, 0);
const pngOf = (bits, colours, ...chunks) => bytes("\x89PNG\r\n\x1A\n", header(bits, colours), ...chunks, chunk("IDAT", "x"), chunk("IEND"));
const [GREY, RGB, INDEXED] = [0, 2, 3];
const png = (...chunks) => pngOf(8, RGB, ...chunks);
const sRGB = chunk("sRGB", 0);

const segment = (marker, ...data) => bytes(0xFF, marker, ...big(bytes(...data).length + 2, 2), ...data);
const frame = ({marker = 0xC0, bits = 8, components = 3} = {}) => segment(marker, bits, 0, 1, 0, 1, components, ...Array(3 * components).fill(1));
const scan = bytes(segment(0xDA, "scan"), "pixels", 0xFF, 0xD9);
const jpeg = (...segments) => bytes(0xFF, 0xD8, ...segments, scan);
const exifData = (...entries) => bytes("MM", 0, 42, 0, 0, 0, 8, ...big(entries.length, 2), ...entries, 0, 0, 0, 0);
const entry = (tag, value, {type = 3, count = 1} = {}) => bytes(...big(tag, 2), ...big(type, 2), ...big(count, 4), ...big(value, 2), 0, 0);
const turned = value => exifData(entry(0x0100, 9), entry(0x0112, value), entry(0x8298, 1));
const exif = data => segment(0xE1, "Exif\0\0", data);
const xmp = text => segment(0xE1, "http://ns.adobe.com/xap/1.0/\0", text);
const profile = (tags, space = "RGB XYZ ") => bytes(...Array(16).fill(0), space, ...Array(104).fill(0), ...big(tags.length, 4),
    ...tags.flatMap(tag => [tag, ...Array(8).fill(0)]));
const icc = (data, part = 1, parts = 1) => segment(0xE2, "ICC_PROFILE\0", part, parts, data);
const MATRIX = ["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"];

const riff = (...chunks) => {
    const body = bytes("WEBP", ...chunks);
    return bytes("RIFF", ...small(body.length, 4), body);
};
const part = (type, ...data) => bytes(type, ...small(bytes(...data).length, 4), ...data, ...bytes(...data).length % 2 ? [0] : []);

const ALIKE = {
    "a plain PNG": png(),
    "a PNG of the host's, with its text": png(chunk("tEXt", "parameters\0a cat")),
    "a PNG with advice on colours, a transparent one, and a date": png(chunk("PLTE", 1, 2, 3), chunk("tRNS", 0), chunk("tIME", 1), chunk("pHYs", 1)),
    "a PNG of 2 bits of grey": pngOf(2, GREY),
    "a transparent grey": pngOf(8, GREY, chunk("tRNS", 0, 1)),
    "a PNG that says sRGB, and the same in numbers": png(sRGB, chunk("gAMA", 0, 0, 177, 143), chunk("cHRM", 1)),
    "a JPEG": jpeg(frame()),
    "a grey one, and a progressive one": jpeg(frame({components: 1, marker: 0xC2})),
    "a camera's": jpeg(segment(0xE0, "JFIF\0"), exif(turned(6)), xmp("tiff:Orientation=\"6\""), segment(0xFE, "words"), frame()),
    "EXIF data without orientation": jpeg(exif(exifData(entry(0x0100, 9))), frame()),
    "Photoshop's": jpeg(segment(0xEE, "Adobe", 0, 100, 0, 0, 0, 0, 1), frame()),
    "a phone's, with a profile of primaries and curves": jpeg(icc(profile(MATRIX)), frame()),
    "bytes between segments": jpeg(bytes(0xFF, 0xFF), frame()),
    "a WebP": riff(part("VP8 ", "pixels")),
    "a lossless WebP": riff(part("VP8L", "pixel")),
    "a WebP with alpha and the host's text in EXIF": riff(part("VP8X", "0123456789"), part("ALPH", "a"), part("VP8 ", "p"), part("EXIF", turned(1))),
};
const NOT = {
    "16 bits": pngOf(16, RGB),
    "a palette": pngOf(8, INDEXED, chunk("PLTE", 1, 2, 3)),
    "a transparent grey of 2 bits": pngOf(2, GREY, chunk("tRNS", 0, 1)),
    "an animation": png(chunk("acTL", 1)),
    "a gamma without sRGB": png(chunk("gAMA", 0, 0, 177, 143)),
    "primaries without sRGB": png(chunk("cHRM", 1)),
    "code points": png(chunk("cICP", 12, 13, 0, 1), sRGB),
    "a PNG's profile": png(chunk("iCCP", "x")),
    "a PNG's EXIF data, behind the pixels too": bytes(png().subarray(0, -12), chunk("eXIf", turned(6)), chunk("IEND")),
    "EXIF data as text": png(chunk("zTXt", "Raw profile type exif\0\0x")),
    "XMP in a PNG": png(chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0x")),
    "a chunk that nobody knows": png(chunk("abcd")),
    "four inks": jpeg(frame({components: 4})),
    "12 bits": jpeg(frame({marker: 0xC1, bits: 12})),
    "a lossless or arithmetic JPEG": jpeg(frame({marker: 0xC9})),
    "no frame at all": jpeg(),
    "a JPEG in RGB": jpeg(segment(0xEE, "Adobe", 0, 100, 0, 0, 0, 0, 0), frame()),
    "two lots of EXIF data": jpeg(exif(turned(1)), exif(turned(6)), frame()),
    "EXIF data that are none": jpeg(exif(bytes("XX", turned(6).subarray(2))), frame()),
    "an orientation that is none": jpeg(exif(turned(9)), frame()),
    "an orientation in words": jpeg(exif(exifData(entry(0x0112, 6, {type: 2, count: 4}))), frame()),
    "two orientations": jpeg(exif(exifData(entry(0x0112, 1), entry(0x0112, 6))), frame()),
    "a directory beyond the end": jpeg(exif(bytes("MM", 0, 42, 0, 0, 255, 255)), frame()),
    "entries beyond the end": jpeg(exif(exifData(entry(0x0100, 9)).map((byte, at) => at === 9 ? 200 : byte)), frame()),
    "an orientation in XMP alone": jpeg(xmp("tiff:Orientation=\"6\""), frame()),
    "a profile of tables": jpeg(icc(profile([...MATRIX, "A2B0"])), frame()),
    "a profile of Lab or grey": jpeg(icc(profile(MATRIX, "GRAYXYZ ")), frame()),
    "a profile in parts": jpeg(icc(profile(MATRIX), 1, 2), icc(bytes("more"), 2, 2), frame()),
    "a WebP that is turned": riff(part("VP8X", "0123456789"), part("VP8 ", "p"), part("EXIF", turned(3))),
    "one with JPEG's signature in EXIF": riff(part("VP8X", "0123456789"), part("VP8 ", "p"), part("EXIF", "Exif\0\0", turned(3))),
    "a moving WebP": riff(part("VP8X", "0123456789"), part("ANIM", "x"), part("ANMF", "x")),
    "a WebP's profile": riff(part("VP8X", "0123456789"), part("ICCP", "x"), part("VP8 ", "p")),
    "a GIF": bytes("GIF89a", 0, 0, 0, 0, 0, 0),
    "a TIFF": bytes("II*\0", 0, 0, 0, 0),
    "an AVIF": bytes(0, 0, 0, 32, "ftypavif", ...Array(40).fill(0)),
    "a BMP": bytes("BM", ...Array(60).fill(0)),
    "nothing": bytes(),
    "words": bytes("hello"),
};

for (const [name, file] of Object.entries(ALIKE)) test(`decoded alike: ${name}`, () => assert.equal(decodesAlike(file), true));
for (const [name, file] of Object.entries(NOT)) test(`not surely alike: ${name}`, () => assert.equal(decodesAlike(file), false));

test("a file that ends within its header is left to the server, and none throws", () => {
    for (const [name, file] of Object.entries(ALIKE)) {
        const header = file[0] === 0xFF ? file.length - scan.length + 2 : file.length; // up to the scan's marker
        for (let length = 0; length < file.length; length++) {
            const isAlike = decodesAlike(file.subarray(0, length));
            if (length < header) assert.equal(isAlike, false, `${name}, ${length} bytes`);
        }
    }
});

test("no damage makes it throw", () => {
    let seed = 7;
    const random = below => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    for (let round = 0; round < 4000; round++) {
        const files = [...Object.values(ALIKE), ...Object.values(NOT)];
        const file = files[random(files.length)].slice();
        for (let change = 0; change < 3 && file.length; change++) file[random(file.length)] = random(256);
        assert.equal(typeof decodesAlike(file), "boolean");
    }
});

test("a part of a larger buffer is read by its own offsets", () => {
    const file = png();
    assert.equal(decodesAlike(bytes("before", file).subarray(6)), true);
});
