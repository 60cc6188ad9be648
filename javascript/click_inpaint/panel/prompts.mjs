// A line for the prompt of each object, where they are painted one by one. Its number stands on the canvas, too.

import {element} from "../dom/element.mjs";
import {settle} from "../edit/state.mjs";
import {promptsOf} from "../edit/prompts.mjs";
import {text} from "../text/text.mjs";
import {fold} from "./widgets.mjs";

/** @typedef {import("../store/store.mjs").Store} Store */

export class PromptLines {
    #store;
    #light;
    #list = element("ol", {class: "ci-prompts"});
    #fold = fold("objectPrompts", this.#list);
    /** @type {HTMLInputElement[]} */
    #inputs = [];

    /** @param {Store} store @param {(part: number) => void} light  the object that is pointed at, from 0; -1 for none */
    constructor(store, light) {
        this.#store = store;
        this.#light = light;
        store.follow(() => this.#show(store));
    }

    get section() {
        return this.#fold.field;
    }

    /** @param {Store} store */
    #show({paints, preview, state: {edit: {area: {mode, prompts}}}}) {
        const count = paints && mode === "each" && preview ? preview.header.parts.length : 0;
        this.section.hidden = count < 2 && !(count && prompts.length);
        if (count !== this.#inputs.length) this.#build(count);
        for (const [at, prompt] of promptsOf(prompts, count).entries()) if (this.#inputs[at].value !== prompt) this.#inputs[at].value = prompt;
        const given = prompts.filter(Boolean).length;
        const isOff = prompts.length > 0 && prompts.length !== count; // they came with another selection, and the job would be refused
        this.#fold.say(isOff ? text("objectPromptsOff", {given: prompts.length, count}) : given ? text("objectPromptsSet", {given, count}) : "");
    }

    /** @param {number} count */
    #build(count) {
        const focused = this.#inputs.findIndex(input => input === document.activeElement);
        this.#inputs = Array.from({length: count}, (_, at) => this.#input(at));
        this.#list.replaceChildren(...this.#inputs.map((input, at) => element("li", {onpointerenter: () => this.#light(at), onpointerleave: () => this.#lightFocused()},
            element("span", {class: "ci-number", "aria-hidden": "true"}, String(at + 1)), input)));
        this.#inputs[focused]?.focus();
        this.#lightFocused();
    }

    /** @param {number} at */
    #input(at) {
        /** @type {HTMLInputElement} */
        const input = element("input", {type: "text", maxLength: 4000, placeholder: text("objectPromptNone"), title: text("objectPromptTip"),
            "aria-label": text("objectPrompt", {number: at + 1}), onfocus: () => this.#light(at), onblur: () => this.#light(-1),
            oninput: () => this.#store.prompt(at, input.value), onchange: () => this.#store.change(settle)});
        return input;
    }

    /** Where nothing has the focus, none. */
    #lightFocused() {
        this.#light(this.#inputs.findIndex(input => input === document.activeElement));
    }
}
