// The widgets of the panel: each is its element (field) and a way to show a value. Their names are keys of the texts.

import {element, icon} from "../dom/element.mjs";
import {LIMITS} from "../edit/state.mjs";
import {popup} from "../dom/popup.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../text/text.mjs").TippedKey} TippedKey */
/** @typedef {import("../dom/element.mjs").Icon} Icon */
/** @typedef {readonly (readonly [value: string, label: string])[]} Choices */

/** @param {TippedKey} name @param {Icon} picture @param {() => void} onclick @returns {HTMLButtonElement} */
export function button(name, picture, onclick) {
    return element("button", {type: "button", class: `ci-button ci-${name}`, title: text(`${name}Tip`), "aria-label": text(name), onclick},
        icon(picture), element("span", {}, text(name)));
}

/**
 * A slider and a number for one length or area.
 * @param {keyof typeof LIMITS & TippedKey} name @param {readonly [number, number]} reach  of the slider; the number goes on to the limit
 * @param {(value: number) => void} change @param {() => void} settle  the slider was let go, or the number left
 * @param {"px" | "px2"} [unit]
 */
export function number(name, [min, max], change, settle, unit = "px") {
    const {low, high} = LIMITS[name];
    const id = `click_inpaint_${name}`;
    const title = text(`${name}Tip`);
    const read = (/** @type {HTMLInputElement} */ input) => {
        const value = Math.round(input.valueAsNumber);
        if (!Number.isNaN(value)) change(Math.min(Math.max(value, low), high));
    };
    const range = element("input", {type: "range", id, min, max, step: 1, title, oninput: () => read(range), onchange: settle});
    let shown = 0;
    const left = () => {
        box.valueAsNumber = shown; // an empty or exceeding number goes back to what counts
        settle();
    };
    const box = element("input", {type: "number", min: low, max: high, step: 1, title, oninput: () => read(box), onchange: left,
        "aria-label": text(unit === "px" ? "number" : "areaNumber", {name: text(name)})});
    const field = element("div", {class: `ci-field ci-for-${name}`}, element("label", {class: "ci-label", for: id, title}, text(name)),
        element("span", {class: "ci-unit"}, box, text(unit)), range);
    const show = (/** @type {number} */ value, usable = true) => {
        shown = value;
        range.valueAsNumber = value;
        if (document.activeElement !== box) box.valueAsNumber = value;
        range.disabled = box.disabled = !usable;
    };
    return {field, show};
}

/**
 * A choice of one among a few values, which all show.
 * @template {TippedKey} V @param {TippedKey} name @param {readonly V[]} values @param {(value: V) => void} change
 */
export function choice(name, values, change) {
    const inputs = values.map(value => element("input", {type: "radio", name: `click_inpaint_${name}`, value, onchange: () => change(value)}));
    const labels = values.map((value, i) => element("label", {title: text(`${value}Tip`)}, inputs[i], element("span", {}, text(value))));
    const field = element("div", {class: `ci-field ci-half ci-for-${name}`, role: "radiogroup", "aria-label": text(name)},
        element("span", {class: "ci-label", title: text(`${name}Tip`)}, text(name)), element("div", {class: "ci-choice"}, ...labels));
    /** What is rare shows where it is chosen. @param {V} shown @param {V} [rare] */
    const show = (shown, rare) => inputs.forEach((input, i) => {
        input.checked = input.value === shown;
        labels[i].hidden = input.value === rare && shown !== rare;
    });
    return {field, show};
}

/**
 * A choice of one among many values, in a list that opens.
 * @template {string} V @param {TippedKey} name @param {(value: V) => void} change
 */
export function select(name, change) {
    const id = `click_inpaint_${name}`;
    const title = text(`${name}Tip`);
    const chosen = element("select", {id, title, onchange: () => change(/** @type {V} */ (chosen.value))});
    const field = element("div", {class: `ci-field ci-half ci-for-${name}`}, element("label", {class: "ci-label", for: id, title}, text(name)), chosen);
    const options = (/** @type {Choices} */ choices) => choices.map(([value, label]) => element("option", {value}, label));
    const show = (/** @type {string} */ value) => {
        // What the Edit names is shown even where the server does not offer it (any more).
        if (![...chosen.options].some(option => option.value === value)) chosen.append(...options([[value, value]]));
        chosen.value = value;
    };
    /** @param {Choices} choices @param {readonly (readonly [label: string, members: Choices])[]} groups */
    const offer = (choices, groups = []) => {
        const kept = chosen.value;
        const filled = groups.filter(([, members]) => members.length);
        chosen.replaceChildren(...options(choices), ...filled.map(([label, members]) => element("optgroup", {label}, ...options(members))));
        if (kept) show(kept);
    };
    const said = () => chosen.selectedOptions[0]?.textContent ?? chosen.value;
    return {field, show, offer, said};
}

/**
 * A colour, which the browser's own picker sets: `change` while it is being picked, `settle` when it was.
 * @param {TippedKey} name @param {(colour: string) => void} change @param {() => void} settle
 */
export function colour(name, change, settle) {
    const field = element("input", {type: "color", class: "ci-colour", title: text(`${name}Tip`), "aria-label": text(name),
        oninput: () => change(field.value), onchange: settle});
    const show = (/** @type {string} */ value, usable = true) => {
        field.value = value;
        field.hidden = !usable;
    };
    return {field, show};
}

/** A switch that this browser remembers. @param {TippedKey} name @param {import("../store/remembered.mjs").Switch} remembered */
export function toggle(name, remembered) {
    const box = element("input", {type: "checkbox", onchange: () => remembered.turn(box.checked)});
    remembered.follow(isOn => { box.checked = isOn; });
    return element("label", {class: "ci-toggle", title: text(`${name}Tip`)}, box, element("span", {}, text(name)));
}

/**
 * A share from nothing to all, in percent.
 * @param {TippedKey} name @param {(share: number) => void} change @param {() => void} settle
 */
export function share(name, change, settle) {
    const said = element("output", {class: "ci-unit"});
    const range = element("input", {type: "range", min: 0, max: 100, step: 1, title: text(`${name}Tip`), "aria-label": text(name),
        oninput: () => change(range.valueAsNumber / 100), onchange: settle});
    const show = (/** @type {number} */ value, usable = true) => {
        range.valueAsNumber = Math.round(100 * value);
        said.textContent = text("percent", {percent: range.valueAsNumber});
        range.setAttribute("aria-valuetext", said.textContent);
        range.hidden = said.hidden = !usable;
    };
    return {fields: [said, range], show};
}

/** A button that shows and hides its content. @param {TippedKey} name @param {Icon} picture @param {AbortSignal} signal @param {...Node} content */
export function menu(name, picture, signal, ...content) {
    const list = element("div", {class: "ci-menu-list", role: "group", "aria-label": text(name)}, ...content);
    const opener = button(name, picture, () => toggle());
    opener.append(icon("down"));
    const {field, toggle} = popup(opener, list, signal);
    return {field, opener};
}

/** Settings that are seldom needed; `say` shows beside the name how they differ from the usual. @param {TippedKey} name @param {...Node} content */
export function fold(name, ...content) {
    const said = element("span", {class: "ci-quiet"});
    const summary = element("summary", {title: text(`${name}Tip`)}, element("span", {class: "ci-label"}, text(name)), said);
    const field = element("details", {class: `ci-fold ci-${name}`}, summary, element("div", {class: "ci-panel"}, ...content));
    return {field, say: (/** @type {string} */ sentence) => { said.textContent = sentence; }};
}

/** Open and close a fold as it was left. @param {HTMLDetailsElement} field @param {import("../store/remembered.mjs").Switch} unfolded */
export function remember(field, unfolded) {
    unfolded.follow(isOpen => { field.open = isOpen; });
    field.addEventListener("toggle", () => field.open !== unfolded.isOn && unfolded.turn(field.open));
}
