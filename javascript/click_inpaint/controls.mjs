// The control panel: what it is made of, and how it shows a state. What its controls do is told from outside.

import {element, icon} from "./dom.mjs";
import {LIMITS} from "./state.mjs";
import {TEXT, text} from "./text.mjs";

/** @typedef {import("./state.mjs").State} State */
/**
 * @typedef {object} Actions
 * @property {() => void} undo @property {() => void} redo @property {() => void} invert @property {() => void} clear
 * @property {() => void} open @property {() => void} useResult @property {() => void} send
 * @property {(part: object, gesture: string) => void} refine @property {(part: object, gesture: string) => void} area
 * @property {() => void} settle  a slider was let go
 * @property {(name: string) => void} checkpoint @property {(name: string) => void} fill @property {(name: string) => void} match @property {(name: string) => void} segmenter
 */
/**
 * @typedef {object} Status  what the server can do
 * @property {{name: string, label: string}[]} segmenters
 * @property {{name: string, label: string, inpainting: boolean, family: string}[]} checkpoints
 * @property {{segmenter: string, checkpoint: string, note: string}} auto
 * @property {("original" | "telea")[]} fills
 */

/** What a slider reaches; its number goes on to the limit. Picture pixels. */
const REACH = {grow: [-64, 128], feather: [0, 128], padding: [0, 256]};

export class Controls {
    #buttons;
    #numbers;
    #masked;
    #whole;
    #selects;
    #note = element("p", {class: "ci-note", hidden: true});

    /** @param {Actions} actions */
    constructor(actions) {
        this.#buttons = {
            open: button("open", "open", actions.open),
            useResult: button("useResult", "result", actions.useResult),
            send: button("send", "send", actions.send),
            undo: button("undo", "undo", actions.undo),
            redo: button("redo", "redo", actions.redo),
            invert: button("invert", "invert", actions.invert),
            clear: button("clear", "clear", actions.clear),
        };
        this.#numbers = {
            grow: number("grow", value => actions.refine({grow: value}, "grow"), actions.settle),
            feather: number("feather", value => actions.refine({feather: value}, "feather"), actions.settle),
            padding: number("padding", value => actions.area({padding: value}, "padding"), actions.settle),
        };
        this.#masked = radio("masked", () => actions.area({mode: "masked"}, ""));
        this.#whole = radio("whole", () => actions.area({mode: "whole"}, ""));
        this.#selects = {
            checkpoint: select("checkpoint", actions.checkpoint),
            fill: select("fill", actions.fill),
            match: select("match", actions.match),
            segmenter: select("segmenter", actions.segmenter),
        };
        this.setStatus({segmenters: [], checkpoints: [], auto: {segmenter: "", checkpoint: "", note: ""}, fills: ["original", "telea"]});
    }

    /** The row of buttons above the canvas. */
    bar() {
        const {open, useResult, send, undo, redo, invert, clear} = this.#buttons;
        const group = (name, ...members) => element("div", {class: "ci-group", role: "group", "aria-label": text(name)}, ...members);
        return element("div", {class: "ci-bar"}, group("files", open, useResult, send), group("history", undo, redo, invert, clear));
    }

    /** The settings below the canvas. */
    panel() {
        const area = element("div", {class: "ci-field ci-half", role: "radiogroup", "aria-label": text("area")},
            element("span", {class: "ci-label"}, text("area")), element("div", {class: "ci-choice"}, this.#masked.label, this.#whole.label));
        const fields = [...Object.values(this.#numbers), {field: area}, ...Object.values(this.#selects)].map(control => control.field);
        return element("div", {class: "ci-panel", role: "group", "aria-label": text("settings")}, ...fields, this.#note);
    }

    /** Offer what the server has. @param {Status} status */
    setStatus({segmenters, checkpoints, auto, fills}) {
        const labelOf = (all, name) => all.find(one => one.name === name)?.label ?? name;
        const automatic = name => ["auto", name ? text("autoNamed", {name}) : text("auto")];
        const named = ({name, label}) => [name, label];
        this.#selects.segmenter.offer([automatic(labelOf(segmenters, auto.segmenter)), ...segmenters.map(named)]);
        this.#selects.match.offer(["auto", "on", "off"].map(name => [name, text(`match_${name}`)]));
        this.#selects.fill.offer(fills.map(name => [name, `fill_${name}` in TEXT ? text(`fill_${name}`) : name]));
        this.#selects.checkpoint.offer([automatic(labelOf(checkpoints, auto.checkpoint)), ["current", text("current")]], [
            [text("inpainting"), checkpoints.filter(one => one.inpainting).map(named)],
            [text("otherCheckpoints"), checkpoints.filter(one => !one.inpainting).map(named)],
        ]);
        this.#note.textContent = auto.note ?? "";
    }

    /** @param {State} state @param {{picture: boolean, sendable: boolean}} has */
    show({edit, past, future, segmenter}, has) {
        const selected = edit.selection.length > 0;
        const usable = {undo: past.length > 0, redo: future.length > 0, clear: selected, invert: has.picture, send: has.sendable};
        for (const [name, yes] of Object.entries(usable)) this.#buttons[name].disabled = !yes;
        const masked = edit.area.mode === "masked";
        this.#numbers.grow.show(edit.refine.grow);
        this.#numbers.feather.show(edit.refine.feather);
        this.#numbers.padding.show(edit.area.padding, masked);
        this.#masked.input.checked = masked;
        this.#whole.input.checked = !masked;
        this.#selects.checkpoint.show(edit.checkpoint);
        this.#selects.fill.show(edit.fill);
        this.#selects.match.show(edit.blend.match);
        this.#selects.segmenter.show(segmenter);
        this.#note.hidden = !this.#note.textContent || edit.checkpoint !== "auto";
    }
}

function button(name, picture, onclick) {
    return element("button", {type: "button", class: `ci-button ci-${name}`, title: text(`${name}Tip`), "aria-label": text(name), onclick},
        icon(picture), element("span", {}, text(name)));
}

/** A slider and a number for one length. */
function number(name, change, settle) {
    const {low, high} = LIMITS[name];
    const [min, max] = REACH[name];
    const id = `click_inpaint_${name}`;
    const title = text(`${name}Tip`);
    const read = input => {
        const value = Math.round(input.valueAsNumber);
        if (!Number.isNaN(value)) change(Math.min(Math.max(value, low), high));
    };
    const range = element("input", {type: "range", id, min, max, step: 1, title, oninput: () => read(range), onchange: settle});
    let shown = 0;
    const left = () => {
        box.valueAsNumber = shown; // an empty or exceeding number goes back to what counts
        settle();
    };
    const box = element("input", {type: "number", min: low, max: high, step: 1, title, "aria-label": text("number", {name: text(name)}),
        oninput: () => read(box), onchange: left});
    const field = element("div", {class: "ci-field"}, element("label", {class: "ci-label", for: id, title}, text(name)),
        element("span", {class: "ci-unit"}, box, text("px")), range);
    const show = (value, usable = true) => {
        shown = value;
        range.valueAsNumber = value;
        if (document.activeElement !== box) box.valueAsNumber = value;
        range.disabled = box.disabled = !usable;
    };
    return {field, show};
}

function radio(name, onchange) {
    const input = element("input", {type: "radio", name: "click_inpaint_area", value: name, onchange});
    return {input, label: element("label", {title: text(`${name}Tip`)}, input, element("span", {}, text(name)))};
}

function select(name, change) {
    const id = `click_inpaint_${name}`;
    const title = text(`${name}Tip`);
    const choice = element("select", {id, title, onchange: () => change(choice.value)});
    const field = element("div", {class: "ci-field ci-half"}, element("label", {class: "ci-label", for: id, title}, text(name)), choice);
    const options = pairs => pairs.map(([value, label]) => element("option", {value}, label));
    const show = value => {
        // What the Edit names is shown even where the server does not offer it (any more).
        if (![...choice.options].some(option => option.value === value)) choice.append(...options([[value, value]]));
        choice.value = value;
    };
    const offer = (pairs, groups = []) => {
        const kept = choice.value;
        const filled = groups.filter(([, members]) => members.length);
        choice.replaceChildren(...options(pairs), ...filled.map(([label, members]) => element("optgroup", {label}, ...options(members))));
        if (kept) show(kept);
    };
    return {field, show, offer};
}
