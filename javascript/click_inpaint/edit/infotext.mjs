// Reads from a picture file how it was made: the text that the host writes there, and our Edit in it.

import {inflated, readText} from "./png_text.mjs";

/** @typedef {import("./state.mjs").Edit} Edit */
/** @typedef {import("./state.mjs").Step} Step */
/** @typedef {{prompt: string, negative: string, values: Map<string, string>}} Infotext */

const KEYWORD = "parameters";
const EDIT_KEY = "Click Inpaint edit";
const CROP_KEY = "Click Inpaint crop";
const ERASE_KEY = "Click Inpaint erase";
/** The host's own pattern (modules/infotext_utils.py): values with a comma, a colon or a line break are JSON strings. */
const PARAMETER = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g;
const FEWEST_PARAMETERS = 3;
/** The letter of the tokens that click_inpaint/recorded.py writes. */
const FORM = "A";
const BASE64URL = /^[\w-]*$/;
const LONGEST_EDIT = 1_000_000;
/** What a token leaves out of a step: the defaults of click_inpaint/edit.py. @type {Record<Step["kind"], object>} */
const STEPS = {
    click: {include: true, new_object: false, segmenter: "auto", weights: "", candidate: 0},
    box: {segmenter: "auto", weights: "", candidate: 0},
    stroke: {mode: "brush"},
    paint: {opacity: 1, selects: true},
    lasso: {mode: "add"},
    wand: {tolerance: 12, contiguous: true, mode: "add"},
    damage: {sensitivity: 0.5, smallest: 4, mode: "add"},
    mask: {mode: "add", soft: false},
    invert: {},
};

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

/** Whether a job of ours made the picture: its infotext may be without the Edit. @param {Infotext} infotext */
export function isOurs({values}) {
    return values.has(CROP_KEY) || values.has(EDIT_KEY);
}

/** Whether the picture was filled without a job of the host's. @param {Infotext} infotext */
export function isErased({values}) {
    return values.has(ERASE_KEY);
}

/** The Edit that made the picture, without keys that have their defaults; its steps are whole. Null without one. @param {Infotext} infotext @returns {Promise<Partial<Edit> | null>} */
export async function editIn({values}) {
    const said = values.get(EDIT_KEY) ?? "";
    try {
        const edit = JSON.parse(said.startsWith("{") ? said : await unpacked(said)); // up to version 0.2 it was JSON
        const {selection = []} = edit;
        return selection.every(isStep) ? {...edit, selection: selection.map(whole)} : null;
    } catch {
        return null; // cut short, or changed by hand: the picture counts as one without an Edit
    }
}

/** The JSON in a token. Throws for what is none. @param {string} token */
async function unpacked(token) {
    const body = token.slice(FORM.length);
    if (!token.startsWith(FORM) || !BASE64URL.test(body)) throw new SyntaxError("no Edit's token");
    const packed = Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), letter => letter.charCodeAt(0));
    return new TextDecoder("utf-8", {fatal: true}).decode(await inflated(packed, LONGEST_EDIT));
}

/** @param {any} value */
function isStep(value) {
    return typeof value?.kind === "string" && Object.hasOwn(STEPS, value.kind);
}

/** @param {Step} step @returns {Step} */
function whole(step) {
    return {...STEPS[step.kind], ...step};
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
