// The host's own controls that a task sets: read and written as a person would, through their inputs.

import {find, tellGradio} from "./page.mjs";

/** @typedef {import("../edit/tasks.mjs").HostValues} HostValues */
/** @typedef {keyof HostValues} Key */

/** The input of each; a slider has a number and a range. A list of samplers is chosen from, see `choose`. @type {Record<Key, string>} */
const INPUTS = {
    denoising_strength: "#img2img_denoising_strength input[type=number]",
    steps: "#img2img_steps input[type=number]",
    cfg_scale: "#img2img_cfg_scale input[type=number]",
    width: "#img2img_width input[type=number]",
    height: "#img2img_height input[type=number]",
    sampler: "#img2img_sampling input:not([type=radio])",
    prompt: "#img2img_prompt textarea",
};
/** Of words; the others are numbers. @type {readonly Key[]} */
const WORDS = ["sampler", "prompt"];
/** How long Gradio may take to open a list. */
const OPENS_MS = 2000;
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

/** What the person has written in another place than the host's own. @param {string} prompt */
export function writePrompt(prompt) {
    write("prompt", prompt);
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
    return WORDS.includes(key) ? input.value : Number(input.value);
}

/** @param {Key} key @param {string | number} value */
function write(key, value) {
    const input = inputOf(key);
    if (!input) return;
    if (key === "sampler") return void choose(input, String(value));
    input.value = String(value);
    tellGradio(input);
}

/** Choose from a list of Gradio's, which is there while it is open; what it does not offer is not chosen. @param {HTMLElement} input @param {string} value */
async function choose(input, value) {
    const before = document.activeElement;
    const list = input.closest(".block") ?? input;
    input.focus();
    const until = performance.now() + OPENS_MS;
    const offered = () => [...list.querySelectorAll(".options .item")];
    while (!offered().length && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 20));
    const item = offered().find(one => one.getAttribute("aria-label") === value || one.textContent?.replace("✓", "").trim() === value);
    item?.dispatchEvent(new MouseEvent("mousedown", {bubbles: true, cancelable: true}));
    input.blur();
    if (before instanceof HTMLElement) before.focus({preventScroll: true});
}

/** @param {Key} key @returns {HTMLInputElement | HTMLTextAreaElement | null} */
function inputOf(key) {
    return find(INPUTS[key]);
}
