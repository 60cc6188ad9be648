// What the status line says once more at the edge of the window, while the line itself is out of view: whoever presses
// Generate looks at the top of the page, and the picture may lie far below.

import {element} from "../dom/element.mjs";

/** What somebody waits for who looks elsewhere. */
const URGENT = new Set(["error", "told", "done"]);
/** The share of the line from which it counts as seen: a sentence that is cut anywhere is not, a fraction of a pixel may be. */
const WHOLE = 0.99;

export class Echo {
    #line;
    #isInView = true;
    box = element("button", {type: "button", class: "ci-echo", hidden: true, onclick: () => this.#goThere()});

    /** @param {HTMLElement} line  the status line @param {import("../store/messages.mjs").Messages} messages @param {AbortSignal} signal */
    constructor(line, messages, signal) {
        this.#line = line;
        const observer = new IntersectionObserver(entries => {
            this.#isInView = (entries.at(-1)?.intersectionRatio ?? 0) >= WHOLE;
            this.#show(messages.current);
        }, {threshold: [0, 0.5, 0.9, WHOLE, 1]});
        observer.observe(line);
        messages.follow(() => this.#show(messages.current));
        signal.addEventListener("abort", () => {
            observer.disconnect();
            this.box.remove();
        });
    }

    /** @param {import("../store/messages.mjs").Message | null} said */
    #show(said) {
        this.box.hidden = !said || this.#isInView || !URGENT.has(said.kind);
        this.box.dataset.kind = said?.kind;
        this.box.textContent = said?.sentence ?? "";
    }

    #goThere() {
        this.#line.scrollIntoView({block: "start"});
    }
}
