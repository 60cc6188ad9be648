// The row of tools above the canvas, and the row below it: the guesses at the clicked object, and the zoom.

import {element} from "../dom/element.mjs";
import {text} from "../text/text.mjs";
import {drawing} from "./tool_icons.mjs";
import {RADIUS, TOOLS} from "./tools.mjs";

/** @typedef {import("./tools.mjs").Tools} Tools */
/** @typedef {Parameters<typeof drawing>[0]} Drawing */

/** How many steps the slider has; each changes the size by the same ratio. */
const SLIDER = 100;
const KEYS = {point: "v", box: "m", brush: "b", eraser: "e", lasso: "l"};

export class ToolBar {
    row;
    /** What the pointer does with the tool in hand. */
    hint = element("p", {class: "ci-legend"});
    #tools;
    #buttons;
    #size;
    #sizeShown = element("output", {class: "ci-size-px"});
    #slider;
    #newObject;
    #hover;

    /** @param {Tools} tools @param {{hover: (on: boolean) => void, legend: () => void}} actions */
    constructor(tools, actions) {
        this.#tools = tools;
        this.#buttons = Object.fromEntries(TOOLS.map(name => [name, button(`tool_${name}`, name, () => tools.take(name), KEYS[name])]));
        const id = "click_inpaint_size";
        this.#slider = element("input", {type: "range", id, min: 0, max: SLIDER, step: 1, title: text("sizeTip"),
            oninput: () => tools.resize(radiusAt(this.#slider.valueAsNumber))});
        this.#size = element("div", {class: "ci-size", hidden: true}, element("label", {for: id, title: text("sizeTip")}, text("size")),
            this.#slider, this.#sizeShown);
        this.#newObject = button("newObject", "newObject", () => tools.startObject(!tools.now.newObject), "n");
        this.#hover = button("hover", "hover", () => actions.hover(this.#hover.getAttribute("aria-pressed") !== "true"), "h", true);
        const help = button("help", "help", actions.legend, "?", true);
        const group = (/** @type {Node[]} */ ...members) => element("div", {class: "ci-group"}, ...members);
        this.row = element("div", {class: "ci-tools", role: "toolbar", "aria-label": text("tools")},
            group(...Object.values(this.#buttons)), this.#size, group(this.#newObject, this.#hover, help));
    }

    /** @param {boolean} hovers  whether what a click would select is outlined */
    show(hovers) {
        const {tool, radius, newObject} = this.#tools.now;
        for (const [name, one] of Object.entries(this.#buttons)) one.setAttribute("aria-pressed", String(name === tool));
        this.hint.textContent = text(matchMedia("(pointer: coarse)").matches ? `touch_${tool}` : `mouse_${tool}`);
        this.#size.hidden = !this.#tools.isBrush;
        this.#slider.valueAsNumber = positionOf(radius);
        this.#sizeShown.textContent = text("sizePx", {size: 2 * radius});
        this.#slider.setAttribute("aria-valuetext", this.#sizeShown.textContent);
        this.#newObject.setAttribute("aria-pressed", String(newObject));
        this.#newObject.hidden = this.#hover.hidden = tool !== "point";
        this.#hover.setAttribute("aria-pressed", String(hovers));
    }
}

export class ViewBar {
    row;
    #guesses;
    #guess = element("output", {class: "ci-guess", title: text("guessShownTip")});
    #percent;

    /**
     * @param {{zoom: (direction: 1 | -1) => void, fit: () => void, actual: () => void, fullscreen: () => void,
     *     walk: (delta: 1 | -1) => void}} actions
     */
    constructor(actions) {
        /** @param {"guesses" | "zoom"} name @param {Node[]} members */
        const group = (name, ...members) => element("div",
            {class: `ci-group ci-${name}`, role: "group", "aria-label": text(name)}, ...members);
        this.#percent = button("zoomActual", "", actions.actual, "1");
        this.#guesses = group("guesses",
            button("guessBefore", "before", () => actions.walk(-1), "Shift+C", true),
            this.#guess,
            button("guessAfter", "after", () => actions.walk(1), "C", true));
        this.row = element("div", {class: "ci-views"}, this.#guesses, group("zoom",
            button("zoomOut", "minus", () => actions.zoom(-1), "-", true),
            this.#percent,
            button("zoomIn", "plus", () => actions.zoom(1), "+", true),
            button("zoomFit", "", actions.fit, "0"),
            button("fullscreen", "fullscreen", actions.fullscreen, "f", true)));
    }

    /** @param {{percent: number, guesses: {scores: readonly number[], candidate: number} | null}} now */
    show({percent, guesses}) {
        const shown = text("zoomActual", {percent});
        this.#percent.lastElementChild?.replaceChildren(shown);
        this.#percent.setAttribute("aria-label", shown);
        this.#guesses.hidden = !guesses || guesses.scores.length < 2;
        if (!guesses) return;
        const {scores, candidate} = guesses;
        const score = Math.round((scores[candidate] ?? 0) * 100);
        this.#guess.textContent = text("guessShown", {chosen: candidate + 1, all: scores.length, score});
    }
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
