// Reads from a picture file how it was made: the text that the host writes there, and our Edit in it.

/** @typedef {import("./state.mjs").Edit} Edit */
/** @typedef {{prompt: string, negative: string, values: Map<string, string>}} Infotext */

const SIGNATURE = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
const KEYWORD = "parameters";
const EDIT_KEY = "Click Inpaint edit";
/** The host's own pattern (modules/infotext_utils.py): values with a comma, a colon or a line break are JSON strings. */
const PARAMETER = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g;
const FEWEST_PARAMETERS = 3;
const LONGEST_TEXT = 4_000_000;

/** The host's text of a PNG file, "" where it has none. @param {Blob} blob @returns {Promise<string>} */
export async function readInfotext(blob) {
    const head = new Uint8Array(await blob.slice(0, SIGNATURE.length).arrayBuffer());
    if (!SIGNATURE.every((byte, at) => head[at] === byte)) return "";
    for await (const {type, data} of chunks(blob)) {
        const found = await textOf(type, data).catch(() => null); // a damaged chunk counts as absent
        if (found?.keyword === KEYWORD) return found.text;
    }
    return "";
}

/** @param {string} text @returns {Infotext} */
export function parseInfotext(text) {
    const lines = text.trim().split("\n");
    const last = lines[lines.length - 1];
    const found = [...last.matchAll(PARAMETER)];
    const isParameters = found.length >= FEWEST_PARAMETERS;
    const [prompt, negative = ""] = (isParameters ? lines.slice(0, -1) : lines).join("\n").split(/^Negative prompt:/m);
    const pairs = isParameters ? found.map(([, key, value]) => /** @type {const} */ ([key, unquoted(value)])) : [];
    return {prompt: prompt.trim(), negative: negative.trim(), values: new Map(pairs)};
}

/** The Edit that made the picture, as JSON has it; null without one. @param {Infotext} infotext @returns {Partial<Edit> | null} */
export function editIn({values}) {
    try {
        const edit = JSON.parse(values.get(EDIT_KEY) ?? "null");
        return typeof edit === "object" && Array.isArray(edit?.selection) ? edit : null;
    } catch {
        return null; // cut short, or changed by hand: the picture counts as one without an Edit
    }
}

/** @param {string} value */
function unquoted(value) {
    if (!value.startsWith('"')) return value.trim();
    try {
        return String(JSON.parse(value));
    } catch {
        return value;
    }
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
        at += length + 12; // its length and type before, its checksum behind
    }
}

/** @param {string} type @param {Uint8Array<ArrayBuffer>} data @returns {Promise<{keyword: string, text: string} | null>} */
async function textOf(type, data) {
    const end = data.indexOf(0);
    if (end < 0) return null;
    const keyword = latin1(data.subarray(0, end));
    if (type === "tEXt") return {keyword, text: latin1(data.subarray(end + 1))};
    if (type === "zTXt") return {keyword, text: latin1(await inflated(data.subarray(end + 2)))};
    const language = data.indexOf(0, end + 3);
    const translated = data.indexOf(0, language + 1);
    if (language < 0 || translated < 0) return null;
    const body = data.subarray(translated + 1);
    return {keyword, text: new TextDecoder().decode(data[end + 1] ? await inflated(body) : body)};
}

/** TextDecoder cannot do this: what it calls "latin1" is Windows-1252. @param {Uint8Array} bytes */
function latin1(bytes) {
    const parts = [];
    for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
    return parts.join("");
}

/** @param {Uint8Array<ArrayBuffer>} bytes zlib's format @returns {Promise<Uint8Array>} */
async function inflated(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}
