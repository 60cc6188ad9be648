// The host's own prompt and Generate, where the editor has the whole screen and hides them: nothing of it is ours.

import {element} from "../dom/element.mjs";
import * as host from "../host/page.mjs";
import * as job from "../host/seed.mjs";
import {onValues, readValues, writePrompt} from "../host/values.mjs";
import {text} from "../text/text.mjs";

export class PromptBar {
    #prompt = element("textarea", {rows: 2, placeholder: text("prompt"), title: text("promptTip"), "aria-label": text("prompt"),
        oninput: () => writePrompt(this.#prompt.value)});
    #button = element("button", {type: "button", class: "ci-button ci-generate", onclick: () => host.isGenerating() ? job.pressInterrupt() : job.pressGenerate()});

    box = element("div", {class: "ci-prompt-bar"}, this.#prompt, this.#button);

    /** @param {AbortSignal} signal */
    constructor(signal) {
        const show = () => this.#show();
        onValues(show, signal);
        host.onUpdate(show, signal); // pasted parameters have no event
        host.onGenerating(show, signal);
        show();
    }

    #show() {
        const {prompt = ""} = readValues();
        if (this.#prompt.value !== prompt) this.#prompt.value = prompt; // the same would put the cursor at its end
        const key = host.isGenerating() ? "interrupt" : "generate";
        if (this.#button.dataset.does === key) return;
        this.#button.dataset.does = key;
        this.#button.textContent = text(key);
        this.#button.title = text(`${key}Tip`);
    }
}
