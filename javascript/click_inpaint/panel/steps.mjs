// The list of what made the selection: each object and each step can be looked at and taken out alone.

import {element, icon} from "../dom/element.mjs";
import {isPrompt, objectsOf, removeSteps, setArea, setSoft} from "../edit/state.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../edit/state.mjs").Step} Step */
/** @typedef {import("../edit/state.mjs").Click | import("../edit/state.mjs").BoxStep} Prompt */
/**
 * @typedef {object} Entry  one or more steps that are one to a person
 * @property {"object" | "brush" | "eraser" | "paint" | "lasso" | "lassoOff" | "lassoIn" | "wand" | "wandOff" | "wandIn" | "damage" | "load" | "invert"} kind
 * @property {number} number  of its kind, from 1
 * @property {number[]} at  its steps' places in the selection
 */

/** @type {{[kind in Entry["kind"]]?: import("../dom/element.mjs").Icon}} */
const ICONS = {brush: "brush", eraser: "eraser", lasso: "lasso", lassoOff: "lasso", lassoIn: "lasso", wand: "wand", wandOff: "wand", wandIn: "wand", load: "mask", invert: "invert"};

/** The steps as a person counts them: clicks and boxes that point at one object are one. @param {readonly Step[]} steps @returns {Entry[]} */
export function entriesOf(steps) {
    const objects = objectsOf(steps);
    /** @type {Map<Entry["kind"], number>} */
    const counts = new Map();
    /** @type {Entry[]} */
    const entries = [];
    for (const [index, step] of steps.entries()) {
        if (objects[index] === objects[index - 1]) {
            entries[entries.length - 1].at.push(index);
            continue;
        }
        const kind = kindOf(step);
        const number = (counts.get(kind) ?? 0) + 1;
        counts.set(kind, number);
        entries.push({kind, number, at: [index]});
    }
    return entries;
}

/** @param {Step} step @returns {Entry["kind"]} */
function kindOf(step) {
    if (isPrompt(step)) return "object";
    if (step.kind === "stroke") return step.mode;
    if (step.kind === "paint" || step.kind === "damage") return step.kind;
    if (step.kind === "lasso" || step.kind === "wand") return `${step.kind}${/** @type {const} */ ({add: "", subtract: "Off", intersect: "In"})[step.mode]}`;
    return step.kind === "mask" ? "load" : "invert";
}

export class StepList {
    #store;
    #count = element("span", {class: "ci-quiet"});
    #list = element("ol", {class: "ci-chips"});
    /** @type {readonly Step[]} */
    #shown = [];
    #context = element("li", {class: "ci-chip", hidden: true}, icon("context"), element("span", {}, text("context")),
        element("button", {type: "button", class: "ci-remove", title: text("dropContextTip"), "aria-label": text("dropContext"),
            onclick: () => this.#store.change(state => setArea(state, {context: null}))}, icon("clear")));
    #highlight;

    section = element("details", {class: "ci-steps", open: true, hidden: true},
        element("summary", {title: text("stepsTip")}, element("span", {class: "ci-label"}, text("steps")), this.#count), this.#list);

    /** @param {import("../store/store.mjs").Store} store @param {(at: readonly number[]) => void} highlight  the steps that are pointed at */
    constructor(store, highlight) {
        this.#store = store;
        this.#highlight = highlight;
        this.#list.addEventListener("pointerleave", () => this.#highlight([]));
        this.#list.addEventListener("focusout", () => this.#highlight([]));
        store.follow(({state: {edit}}) => {
            this.#context.hidden = edit.area.context === null;
            this.#show(edit.selection);
            this.section.hidden = !edit.selection.length && this.#context.hidden;
        });
    }

    /** @param {readonly Step[]} steps */
    #show(steps) {
        if (steps === this.#shown) return;
        const grew = steps.length > this.#shown.length;
        this.#shown = steps;
        const focused = this.#buttons().findIndex(button => button === document.activeElement);
        const entries = entriesOf(steps);
        this.#count.textContent = entries.length > 1 ? String(entries.length) : "";
        this.#list.replaceChildren(...entries.map(entry => this.#chip(entry, steps)), this.#context);
        this.#highlight([]);
        if (focused >= 0) this.#focusNear(focused);
        else if (grew) this.#list.scrollTop = this.#list.scrollHeight;
    }

    /** @param {Entry} entry @param {readonly Step[]} steps */
    #chip({kind, number, at}, steps) {
        const name = text(kind === "object" ? "stepObject" : `step_${kind}`, {number});
        const parts = at.flatMap(index => {
            const step = steps[index];
            if (step.kind === "paint") return [swatch(step)];
            if (step.kind === "mask") return [this.#softener(index, step)];
            return isPrompt(step) ? [this.#point(index, step, at.length > 1)] : [];
        });
        const remove = this.#remover(at, text("removeStep", {name}), icon("clear"));
        const pointed = (/** @type {Event} */ {target}) => {
            const place = target instanceof HTMLElement && target.dataset.at;
            this.#highlight(place ? [Number(place)] : at);
        };
        const sign = ICONS[kind];
        return element("li", {class: "ci-chip", onpointerover: pointed, onfocusin: pointed},
            ...sign ? [icon(sign)] : [], element("span", {}, name), ...parts, remove);
    }

    /**
     * One click or box of an object. The only one has no button to take it out: the object has one.
     * @param {number} index @param {Prompt} step @param {boolean} hasOthers
     */
    #point(index, step, hasOthers) {
        const sign = step.kind === "box" ? "▢" : step.include ? "+" : "−";
        const kind = step.kind === "box" ? "box" : step.include ? "include" : "exclude";
        if (!hasOthers) return element("span", {class: `ci-dot ci-dot-${kind}`, title: text(`point_${kind}`)}, sign);
        const dot = this.#remover([index], text("removeStep", {name: text(`point_${kind}`)}), sign);
        dot.className = `ci-dot ci-dot-${kind}`;
        dot.dataset.at = String(index);
        return dot;
    }

    /** Switches whether a loaded mask is used as it is. @param {number} index @param {import("../edit/state.mjs").UploadedMask} mask */
    #softener(index, {soft}) {
        return element("button", {type: "button", class: "ci-soft", title: text("stepSoftTip"), "aria-pressed": String(soft),
            onclick: () => this.#store.change(state => setSoft(state, index, !soft))}, text("stepSoft"));
    }

    /** @param {readonly number[]} at @param {string} name @param {string | Node} sign */
    #remover(at, name, sign) {
        return element("button", {type: "button", class: "ci-remove", title: name, "aria-label": name,
            onclick: () => this.#store.change(state => removeSteps(state, at))}, sign);
    }

    /** Those that can take the focus: a hidden one would give it away. @returns {HTMLButtonElement[]} */
    #buttons() {
        return [...this.#list.querySelectorAll(/** @type {"button"} */ ("li:not([hidden]) button"))];
    }

    /** @param {number} index of the button that had the focus */
    #focusNear(index) {
        const buttons = this.#buttons();
        buttons[Math.min(index, buttons.length - 1)]?.focus();
    }
}

/** The colour of a painted stroke. @param {import("../edit/colours.mjs").Paint} step */
function swatch({colour, opacity}) {
    const shown = element("span", {class: "ci-swatch"});
    Object.assign(shown.style, {background: colour, opacity});
    return shown;
}
