// What the colour brush paints with, beside the tools: its colour, the colours that were painted last, its opacity.

import {element} from "../dom/element.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("./tools.mjs").Tools} Tools */

export class InkBar {
    box;
    #tools;
    #pick;
    /** @type {readonly string[]} */
    #shown = [];
    #colour;
    #opacity;
    #opacityShown = element("output", {class: "ci-opacity"});
    #recent = element("div", {class: "ci-recent", role: "group", "aria-label": text("recentColours")});

    /** @param {Tools} tools @param {HTMLButtonElement} pick */
    constructor(tools, pick) {
        this.#tools = tools;
        this.#pick = pick;
        this.#colour = element("input", {type: "color", class: "ci-colour", title: text("inkTip"), "aria-label": text("ink"),
            oninput: () => tools.setInk({colour: this.#colour.value})});
        this.#opacity = element("input", {type: "range", min: 5, max: 100, step: 5, title: text("opacityTip"), "aria-label": text("opacity"),
            oninput: () => tools.setInk({opacity: this.#opacity.valueAsNumber / 100})});
        this.box = element("div", {class: "ci-size ci-ink", hidden: true}, this.#colour, pick, this.#recent, this.#opacity, this.#opacityShown);
    }

    show() {
        const {tool, ink, picks, recent} = this.#tools.now;
        this.box.hidden = tool !== "paint";
        if (this.box.hidden) return;
        this.#colour.value = ink.colour;
        this.#pick.setAttribute("aria-pressed", String(picks));
        this.#opacity.valueAsNumber = Math.round(100 * ink.opacity);
        this.#opacityShown.textContent = text("percent", {percent: this.#opacity.valueAsNumber});
        this.#opacity.setAttribute("aria-valuetext", this.#opacityShown.textContent);
        if (recent !== this.#shown) this.#recent.replaceChildren(...recent.map(colour => this.#swatch(colour)));
        this.#shown = recent;
        for (const [at, swatch] of [...this.#recent.children].entries()) swatch.setAttribute("aria-pressed", String(recent[at] === ink.colour));
    }

    /** @param {string} colour */
    #swatch(colour) {
        const swatch = element("button", {type: "button", class: "ci-swatch", title: colour, "aria-label": text("recentColour", {colour}),
            onclick: () => this.#tools.setInk({colour})});
        swatch.style.background = colour;
        return swatch;
    }
}
