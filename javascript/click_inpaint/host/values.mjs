// The host's own controls that a task sets: read and written as a person would, through their inputs.

import {find, tellGradio} from "./page.mjs";

/** @typedef {import("../edit/tasks.mjs").HostValues} HostValues */
/** @typedef {keyof HostValues} Key */

/** The input of each. A slider has a number and a range; the number goes to the host. @type {Record<Key, string>} */
const INPUTS = {
    denoising_strength: "#img2img_denoising_strength input[type=number]",
    steps: "#img2img_steps input[type=number]",
    cfg_scale: "#img2img_cfg_scale input[type=number]",
    width: "#img2img_width input[type=number]",
    height: "#img2img_height input[type=number]",
    prompt: "#img2img_prompt textarea",
};
const KEYS = /** @type {Key[]} */ (Object.keys(INPUTS));

/** What the host's controls say now; without those that it has not got. @returns {HostValues} */
export function readValues() {
    return Object.fromEntries(KEYS.flatMap(key => {
        const value = valueOf(key);
        return value === undefined ? [] : [[key, value]];
    }));
}

/**
 * Set what differs between two states of ours, where the host still says what the first one says: what the person has
 * changed since is theirs.
 * @param {HostValues | null} before @param {HostValues | null} after
 */
export function writeChanges(before, after) {
    for (const key of KEYS) {
        const value = after?.[key];
        if (value !== undefined && value !== before?.[key] && valueOf(key) === before?.[key]) write(key, value);
    }
}

/** Call back when one of them may have changed. @param {() => void} callback @param {AbortSignal} signal */
export function onValues(callback, signal) {
    const inputs = Object.values(INPUTS).map(selector => selector.split(" ")[0]).join();
    const changed = (/** @type {Event} */ {target}) => {
        if (target instanceof Element && target.closest(inputs)) callback();
    };
    for (const kind of ["input", "change"]) document.addEventListener(kind, changed, {signal, capture: true});
}

/** Put the cursor where the prompt is written. */
export function goToPrompt() {
    const input = inputOf("prompt");
    input?.focus();
    input?.scrollIntoView({block: "center"});
}

/** @param {Key} key @returns {any} its value, of the key's own type; undefined where the host has no such control */
function valueOf(key) {
    const input = inputOf(key);
    if (!input) return undefined;
    return key === "prompt" ? input.value : Number(input.value);
}

/** @param {Key} key @param {string | number} value */
function write(key, value) {
    const input = inputOf(key);
    if (!input) return;
    input.value = String(value);
    tellGradio(input);
}

/** @param {Key} key @returns {HTMLInputElement | HTMLTextAreaElement | null} */
function inputOf(key) {
    return find(INPUTS[key]);
}
