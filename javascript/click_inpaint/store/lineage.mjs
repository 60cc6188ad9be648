// Which rounds belong together: those that lead from one picture, opened by hand, to the open one. Others are kept, and
// are there again when their picture is.

/** @typedef {import("../pictures/storage.mjs").Round} Round */

const KEY = "click-inpaint-lineage";

export class Lineage {
    #name = remembered();

    /** Of the round that is made next: the server's id of the picture that was opened by hand. */
    get name() {
        return this.#name;
    }

    /**
     * Another picture is open.
     * @param {readonly Round[]} rounds @param {string} image  the picture's id @param {boolean} goesOn  whether it came out of a round
     * @returns {boolean} whether other rounds belong to it than before
     */
    follow(rounds, image, goesOn) {
        const before = this.#name;
        const known = rounds.find(round => round.image === image);
        this.#name = known ? lineageOf(known) : goesOn && before || image;
        remember(this.#name);
        return this.#name !== before;
    }

    /** Those of the open picture, oldest first; all, before one was open. @param {readonly Round[]} rounds */
    of(rounds) {
        return this.#name ? rounds.filter(round => lineageOf(round) === this.#name) : [...rounds];
    }
}

/** @param {Round} round */
export function lineageOf({lineage, image}) {
    return lineage ?? image;
}

/** What this tab had open before a reload. */
function remembered() {
    try {
        return sessionStorage.getItem(KEY) ?? "";
    } catch {
        return ""; // storage is blocked: nothing outlasts this page
    }
}

/** @param {string} name */
function remember(name) {
    try {
        sessionStorage.setItem(KEY, name);
    } catch {
        // Likewise.
    }
}
