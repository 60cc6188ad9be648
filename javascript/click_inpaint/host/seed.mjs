// The host's seed, and its buttons Generate and Interrupt.

import {find} from "./page.mjs";

const RANDOM = -1;

/** Let the next job draw a seed of its own. @returns {number | null} the seed that was set until now; null where none was */
export function freeSeed() {
    /** @type {HTMLInputElement | null} */
    const input = find("#img2img_seed input");
    const was = Number(input?.value || RANDOM);
    if (!input || was === RANDOM) return null;
    input.value = String(RANDOM);
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, {bubbles: true}));
    return was;
}

/** As the person presses it. */
export function pressGenerate() {
    find("#img2img_generate")?.click();
}

/** As the person presses it. */
export function pressInterrupt() {
    find("#img2img_interrupt")?.click();
}
