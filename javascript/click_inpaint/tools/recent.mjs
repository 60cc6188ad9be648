// The colours that were painted last, newest first, which this browser remembers.

const KEY = "click-inpaint-colours";
const MOST = 6;
const COLOUR = /^#[0-9a-f]{6}$/;

/** @returns {readonly string[]} */
export function remembered() {
    try {
        const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
        return kept.filter((/** @type {unknown} */ one) => COLOUR.test(String(one))).slice(0, MOST);
    } catch {
        return []; // blocked, or not written by us
    }
}

/** @param {readonly string[]} before @param {string} colour @returns {readonly string[]} with this one as the newest */
export function remember(before, colour) {
    if (before[0] === colour) return before;
    const colours = [colour, ...before.filter(one => one !== colour)].slice(0, MOST);
    try {
        localStorage.setItem(KEY, JSON.stringify(colours));
    } catch {
        // blocked: they last as long as the page
    }
    return colours;
}
