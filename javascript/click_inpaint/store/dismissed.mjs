// Which hints the person does not want to see again, remembered by the browser; by this page alone where it gives no storage.

const KEY = "click-inpaint-dismissed";

export class Dismissed {
    #names;

    constructor() {
        this.#names = new Set(read());
    }

    /** @param {string} name */
    has(name) {
        return this.#names.has(name);
    }

    /** For good. @param {string} name */
    add(name) {
        this.#names.add(name);
        try {
            localStorage.setItem(KEY, JSON.stringify([...this.#names]));
        } catch (error) {
            console.warn("Click Inpaint keeps nothing beyond this page:", error);
        }
    }
}

/** @returns {string[]} */
function read() {
    try {
        const names = JSON.parse(localStorage.getItem(KEY) ?? "[]");
        return Array.isArray(names) ? names : [];
    } catch {
        return []; // storage is blocked, or something else has written there
    }
}
