// The row of tools above the canvas, and the row below it: the guesses at the clicked object, and the zoom.

import {isUnsure} from "../edit/mask.mjs";
import {element} from "../dom/element.mjs";
import {text} from "../text/text.mjs";
import {drawing} from "./tool_icons.mjs";
import {InkBar} from "./ink.mjs";
import {Options} from "./options.mjs";
import {popup} from "../dom/popup.mjs";
import {GROUPS, RADIUS} from "./tools.mjs";

/** @typedef {import("./tools.mjs").Tool} Tool */
/** @typedef {import("./tools.mjs").Tools} Tools */
/** @typedef {Parameters<typeof drawing>[0]} Drawing */

/** How many steps the slider has; each changes the size by the same ratio. */
const SLIDER = 100;
/** What takes a tool; where two share a button, Shift takes the other one. @type {Record<Tool, string>} */
const KEYS = {point: "V", wand: "Shift+V", box: "M", context: "Shift+M", brush: "B", paint: "Shift+B", eraser: "E", lasso: "L", polygon: "Shift+L"};

export class ToolBar {
    row;
    /** What the pointer does with the tool in hand. */
    hint = element("p", {class: "ci-legend"});
    /** Opens the legend; it is seldom needed, and has a key. */
    help;
    #tools;
    #slots;
    #options;
    #size;
    #sizeShown = element("output", {class: "ci-size-px"});
    #slider;
    #ink;
    #hover;
    /** Starts another object; it belongs to the guesses at the last one. */
    newObject;

    /**
     * @param {Tools} tools
     * @param {{hover: (on: boolean) => void, legend: () => void, options: import("./options.mjs").OptionActions}} actions
     * @param {AbortSignal} signal
     */
    constructor(tools, actions, signal) {
        this.#tools = tools;
        this.#hover = button("hover", "hover", () => actions.hover(this.#hover.getAttribute("aria-pressed") !== "true"), "h");
        this.#slots = GROUPS.map(group => slot(group, tools, signal, group[0] === "point" ? [this.#hover] : []));
        this.#options = new Options(actions.options);
        const id = "click_inpaint_size";
        this.#slider = element("input", {type: "range", id, min: 0, max: SLIDER, step: 1, title: text("sizeTip"),
            oninput: () => tools.resize(radiusAt(this.#slider.valueAsNumber))});
        this.#size = element("div", {class: "ci-size", hidden: true}, element("label", {for: id, title: text("sizeTip")}, text("size")),
            this.#slider, this.#sizeShown);
        this.#ink = new InkBar(tools, button("pick", "pick", () => tools.pick(!tools.now.picks), "i", true));
        this.newObject = button("newObject", "newObject", () => tools.startObject(!tools.now.newObject), "n");
        this.help = button("help", "help", actions.legend, "?");
        const group = (/** @type {Node[]} */ ...members) => element("div", {class: "ci-group"}, ...members);
        this.row = element("div", {class: "ci-tools", role: "toolbar", "aria-label": text("tools")},
            group(...this.#slots.map(({field}) => field)), this.#size, this.#options.box, this.#ink.box);
    }

    /** @param {boolean} hovers  whether what a click would select is outlined @param {boolean} hasContext  whether a context box is drawn */
    show(hovers, hasContext) {
        const {tool, radius, newObject} = this.#tools.now;
        for (const one of this.#slots) one.show(tool);
        this.#options.show(this.#tools.now, hasContext);
        this.hint.textContent = text(matchMedia("(pointer: coarse)").matches ? `touch_${tool}` : `mouse_${tool}`);
        this.#ink.show();
        this.#size.hidden = !this.#tools.isBrush;
        this.#slider.valueAsNumber = positionOf(radius);
        this.#sizeShown.textContent = text("sizePx", {size: 2 * radius});
        this.#slider.setAttribute("aria-valuetext", this.#sizeShown.textContent);
        this.newObject.setAttribute("aria-pressed", String(newObject));
        this.newObject.hidden = tool !== "point";
        this.#hover.setAttribute("aria-pressed", String(hovers));
    }
}

export class ViewBar {
    row;
    #guesses;
    #guess = element("output", {class: "ci-guess"});
    #percent;
    /** What shows while only a part of the picture does, or a small one of it. */
    #zoomed;

    /**
     * @param {{zoom: (direction: 1 | -1) => void, fit: () => void, actual: () => void, fullscreen: () => void,
     *     walk: (delta: 1 | -1) => void}} actions
     * @param {Element} newObject  the button that starts another object
     */
    constructor(actions, newObject) {
        /** @param {"guesses" | "zoom"} name @param {Node[]} members */
        const group = (name, ...members) => element("div",
            {class: `ci-group ci-${name}`, role: "group", "aria-label": text(name)}, ...members);
        this.#percent = button("zoomActual", "", actions.actual, "1");
        this.#guesses = group("guesses",
            button("guessBefore", "before", () => actions.walk(-1), "Shift+C", true),
            this.#guess,
            button("guessAfter", "after", () => actions.walk(1), "C", true), newObject);
        const fit = button("zoomFit", "", actions.fit, "0");
        const smaller = button("zoomOut", "minus", () => actions.zoom(-1), "-", true);
        const larger = button("zoomIn", "plus", () => actions.zoom(1), "+", true);
        this.#zoomed = [fit, smaller, larger];
        this.row = element("div", {class: "ci-views"}, this.#guesses, group("zoom", fit, smaller, this.#percent, larger,
            button("fullscreen", "fullscreen", actions.fullscreen, "f", true)));
    }

    /** @param {{percent: number, isWhole: boolean, guesses: {scores: readonly number[], candidate: number} | null}} now  isWhole: all of the picture shows, as large as it can */
    show({percent, isWhole, guesses}) {
        for (const one of this.#zoomed) one.hidden = isWhole;
        const shown = text("zoomActual", {percent});
        this.#percent.lastElementChild?.replaceChildren(shown);
        this.#percent.setAttribute("aria-label", shown);
        this.#guesses.hidden = !guesses;
        if (!guesses) return;
        const hasOthers = guesses.scores.length > 1;
        for (const one of [...this.#guesses.children].slice(0, 3)) /** @type {HTMLElement} */ (one).hidden = !hasOthers;
        const {scores, candidate} = guesses;
        const score = Math.round((scores[candidate] ?? 0) * 100);
        this.#guess.textContent = text(isUnsure(guesses) ? "guessUnsure" : "guessShown", {chosen: candidate + 1, all: scores.length});
        this.#guess.title = text("guessShownTip", {score});
    }
}

/**
 * One button for tools that are alike: it takes the first of them, and shows the one of them that is in hand. Pressed once
 * more, or with the arrow key down, it offers all of them.
 * @param {readonly [Tool, ...Tool[]]} group @param {Tools} tools @param {AbortSignal} signal
 * @param {HTMLButtonElement[]} [more]  what else is offered beside them
 */
function slot(group, tools, signal, more = []) {
    const [first] = group;
    const faces = group.map(name => button(`tool_${name}`, name, () => tools.take(name), KEYS[name]));
    if (group.length === 1) return {field: faces[0], show: (/** @type {Tool} */ tool) => faces[0].setAttribute("aria-pressed", String(tool === first))};
    const opener = button(`tool_${first}`, first, () => isPressed() ? toggle() : tools.take(first), KEYS[first]);
    const isPressed = () => opener.getAttribute("aria-pressed") === "true";
    const offered = [...faces, ...more];
    for (const one of offered) {
        one.append(element("kbd", {}, (one.getAttribute("aria-keyshortcuts") ?? "").toUpperCase().replace("SHIFT", "Shift")));
        one.classList.remove("ci-tool");
    }
    const list = element("div", {class: "ci-variants", role: "group", "aria-label": text("variants")}, ...offered);
    const {field, show, toggle} = popup(opener, list, signal);
    opener.classList.add("ci-opens");
    opener.addEventListener("keydown", event => {
        if (event.key !== "ArrowDown") return;
        event.preventDefault();
        show(true);
        faces[0].focus();
    });
    list.addEventListener("keydown", event => {
        const way = {ArrowDown: 1, ArrowUp: -1}[event.key];
        if (!way) return;
        event.preventDefault();
        const at = offered.findIndex(one => one === document.activeElement);
        offered[(at + way + offered.length) % offered.length].focus();
    });
    return {field, show: (/** @type {Tool} */ tool) => {
        const shown = group.find(name => name === tool) ?? first;
        const label = text(`tool_${shown}`);
        opener.title = text(`tool_${shown}Tip`);
        for (const [name, value] of Object.entries({label, keyshortcuts: KEYS[shown], pressed: shown === tool})) opener.setAttribute(`aria-${name}`, String(value));
        opener.replaceChildren(drawing(shown), element("span", {}, label));
    }};
}

/**
 * @param {import("../text/text.mjs").TippedKey} name @param {Drawing | ""} picture @param {() => void} onclick
 * @param {string} key  that does the same @param {boolean} [iconOnly]
 */
function button(name, picture, onclick, key, iconOnly = false) {
    const label = text(name);
    const word = iconOnly ? [] : [element("span", {}, label)];
    return element("button", {type: "button", class: `ci-button ci-tool ci-${name}`, title: text(`${name}Tip`), "aria-label": label,
        "aria-keyshortcuts": key, onclick}, ...picture ? [drawing(picture)] : [], ...word);
}

/** @param {number} position */
function radiusAt(position) {
    return RADIUS.least * (RADIUS.most / RADIUS.least) ** (position / SLIDER);
}

/** @param {number} radius */
function positionOf(radius) {
    return Math.round(Math.log(radius / RADIUS.least) / Math.log(RADIUS.most / RADIUS.least) * SLIDER);
}
