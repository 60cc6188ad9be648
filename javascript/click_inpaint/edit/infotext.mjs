// Reads from a picture file how it was made: the text that the host writes there, and our Edit in it.

import {readText} from "./png_text.mjs";

/** @typedef {import("./state.mjs").Edit} Edit */
/** @typedef {{prompt: string, negative: string, values: Map<string, string>}} Infotext */

const KEYWORD = "parameters";
const EDIT_KEY = "Click Inpaint edit";
/** The host's own pattern (modules/infotext_utils.py): values with a comma, a colon or a line break are JSON strings. */
const PARAMETER = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g;
const FEWEST_PARAMETERS = 3;

/** The host's text of a PNG file, "" where it has none. @param {Blob} blob @returns {Promise<string>} */
export function readInfotext(blob) {
    return readText(blob, KEYWORD);
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
