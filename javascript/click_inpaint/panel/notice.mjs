// A line below the stage that asks something, or offers another way; it goes with the answer.

import {element, icon} from "../dom/element.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../text/text.mjs").TextKey} TextKey */

export class Notice {
    #sentence = element("span");
    #choices = element("span", {class: "ci-choices"});

    box = element("div", {class: "ci-notice", role: "status", hidden: true}, this.#sentence, this.#choices,
        element("button", {type: "button", class: "ci-remove", title: text("dismiss"), "aria-label": text("dismiss"), onclick: () => this.close()},
            icon("clear")));

    /** @param {string} sentence @param {readonly [key: TextKey, act: () => void][]} choices */
    ask(sentence, choices) {
        this.#sentence.textContent = sentence;
        this.#choices.replaceChildren(...choices.map(([key, act]) =>
            element("button", {type: "button", class: "ci-button", onclick: () => (this.close(), act())}, text(key))));
        this.box.hidden = false;
    }

    close() {
        this.box.hidden = true;
    }
}
