// Shows one element on the whole screen or, where the browser refuses that, in its whole window.

/** The class that lets an element fill the window. */
const FILLS = "ci-fills";

/** @param {HTMLElement} box */
export function isFull(box) {
    return document.fullscreenElement === box || box.classList.contains(FILLS);
}

/** @param {HTMLElement} box @returns {Promise<void>} */
export async function enterFull(box) {
    try {
        if (!box.requestFullscreen) throw new TypeError("no Fullscreen API");
        await box.requestFullscreen();
    } catch {
        box.classList.add(FILLS); // an iPhone has none, and a frame may forbid it
    }
}

/** @param {HTMLElement} box @returns {boolean} whether it was */
export function leaveFull(box) {
    const was = isFull(box);
    box.classList.remove(FILLS);
    if (document.fullscreenElement === box) document.exitFullscreen();
    return was;
}
