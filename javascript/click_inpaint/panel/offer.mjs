// What the canvas offers when a job has ended: to look at its result beside the picture, or to go on with it.

import {element, icon} from "../dom/element.mjs";
import {text} from "../text/text.mjs";
import {toggle} from "./widgets.mjs";

export class Offer {
    #sentence = element("span", {role: "status"});
    /** The newest result, small. */
    #thumb = element("img", {alt: "", hidden: true, draggable: false});

    box;

    /**
     * @param {{compare: () => void, useResult: () => void, again: () => void}} actions
     * @param {import("../store/remembered.mjs").Switch} keep  whether the selection goes on with the result
     */
    constructor({compare, useResult, again}, keep) {
        this.box = element("div", {class: "ci-result-offer", role: "group", "aria-label": text("offer"), hidden: true}, this.#thumb, this.#sentence,
            this.#choice("compare", "compare", compare), this.#choice("offerAgain", "redo", again),
            this.#choice("useResult", "result", useResult), toggle("keepSelection", keep),
            element("button", {type: "button", class: "ci-remove", title: text("dismiss"), "aria-label": text("dismiss"), onclick: () => this.close()},
                icon("clear")));
    }

    /** @param {number} count  of results that have come @param {Blob} [thumb]  of the newest */
    open(count, thumb) {
        URL.revokeObjectURL(this.#thumb.src);
        this.#thumb.hidden = !thumb;
        if (thumb) this.#thumb.src = URL.createObjectURL(thumb);
        this.#sentence.textContent = count === 1 ? text("resultIsThere") : text("resultsAreThere", {count});
        this.box.hidden = false;
    }

    close() {
        this.box.hidden = true;
        this.#sentence.textContent = ""; // so that the same words are said again
    }

    /** @param {"compare" | "useResult" | "offerAgain"} key @param {import("../dom/element.mjs").Icon} picture @param {() => void} act */
    #choice(key, picture, act) {
        return element("button", {type: "button", class: "ci-button", title: text(`${key}Tip`), onclick: () => (this.close(), act())},
            icon(picture), text(key));
    }
}
