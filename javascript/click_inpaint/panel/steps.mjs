// The list of what made the selection: each object and each step can be looked at and taken out alone.

import {element, icon} from "../dom/element.mjs";
import {isPrompt, objectsOf, removeSteps} from "../edit/state.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../edit/state.mjs").Step} Step */
/**
 * @typedef {object} Entry  what is one to a person
 * @property {"object" | "brush" | "eraser" | "lasso" | "lassoOff" | "load" | "invert"} kind
 * @property {number} number  of its kind, from 1
 * @property {number[]} at  its steps' places in the selection
 */

const ICONS = {brush: "brush", eraser: "eraser", lasso: "lasso", lassoOff: "lasso", load: "mask", invert: "invert"};

/** The steps as a person counts them: clicks and boxes that point at one object are one. @param {readonly Step[]} steps @returns {Entry[]} */
export function entriesOf(steps) {
    const objects = objectsOf(steps);
    const counts = {};
    /** @type {Entry[]} */
    const entries = [];
    steps.forEach((step, index) => {
        if (objects[index] === objects[index - 1]) return entries.at(-1).at.push(index);
        const kind = kindOf(step);
        counts[kind] = (counts[kind] ?? 0) + 1;
        entries.push({kind, number: counts[kind], at: [index]});
    });
    return entries;
}

/** @param {Step} step @returns {Entry["kind"]} */
function kindOf(step) {
    if (isPrompt(step)) return "object";
    if (step.kind === "stroke") return step.mode;
    if (step.kind === "lasso") return step.mode === "add" ? "lasso" : "lassoOff";
    return step.kind === "mask" ? "load" : "invert";
}

export class StepList {
    #store;
    #count = element("span", {class: "ci-quiet"});
    #list = element("ol", {class: "ci-chips"});
    #shown = null;
    #highlight;

    section = element("details", {class: "ci-steps", open: true, hidden: true},
        element("summary", {title: text("stepsTip")}, element("span", {class: "ci-label"}, text("steps")), this.#count), this.#list);

    /** @param {import("../store/store.mjs").Store} store @param {(at: readonly number[]) => void} highlight  the steps that are pointed at */
    constructor(store, highlight) {
        this.#store = store;
        this.#highlight = highlight;
        this.#list.addEventListener("pointerleave", () => this.#highlight([]));
        this.#list.addEventListener("focusout", () => this.#highlight([]));
        store.follow(({state}) => this.#show(state.edit.selection));
    }

    /** @param {readonly Step[]} steps */
    #show(steps) {
        if (steps === this.#shown) return;
        const grew = steps.length > (this.#shown?.length ?? 0);
        this.#shown = steps;
        const focused = [...this.#list.querySelectorAll("button")].indexOf(document.activeElement);
        const entries = entriesOf(steps);
        this.section.hidden = !entries.length;
        this.#count.textContent = entries.length > 1 ? String(entries.length) : "";
        this.#list.replaceChildren(...entries.map(entry => this.#chip(entry, steps)));
        this.#highlight([]);
        if (focused >= 0) this.#focusNear(focused);
        else if (grew) this.#list.scrollTop = this.#list.scrollHeight;
    }

    /** @param {Entry} entry @param {readonly Step[]} steps */
    #chip({kind, number, at}, steps) {
        const name = text(kind === "object" ? "stepObject" : `step_${kind}`, {number});
        const points = kind === "object" ? at.map(index => this.#point(index, steps[index], at.length > 1)) : [];
        const remove = this.#remover(at, text("removeStep", {name}), icon("clear"));
        const pointed = ({target}) => this.#highlight(target.dataset.at ? [Number(target.dataset.at)] : at);
        return element("li", {class: "ci-chip", onpointerover: pointed, onfocusin: pointed},
            ...kind in ICONS ? [icon(ICONS[kind])] : [], element("span", {}, name), ...points, remove);
    }

    /** One click or box of an object; where it is the only one it is not offered to be taken out: the object is. */
    #point(index, step, hasOthers) {
        const sign = step.kind === "box" ? "▢" : step.include ? "+" : "−";
        const kind = step.kind === "box" ? "box" : step.include ? "include" : "exclude";
        if (!hasOthers) return element("span", {class: `ci-dot ci-dot-${kind}`, title: text(`point_${kind}`)}, sign);
        const dot = this.#remover([index], text("removeStep", {name: text(`point_${kind}`)}), sign);
        dot.className = `ci-dot ci-dot-${kind}`;
        dot.dataset.at = index;
        return dot;
    }

    #remover(at, name, sign) {
        return element("button", {type: "button", class: "ci-remove", title: name, "aria-label": name,
            onclick: () => this.#store.change(state => removeSteps(state, at))}, sign);
    }

    #focusNear(index) {
        const buttons = [...this.#list.querySelectorAll("button")];
        buttons[Math.min(index, buttons.length - 1)]?.focus();
    }
}
