// What the tool in hand can be told, beside the tools: what becomes of an area, how far the wand reaches.

import {drawing} from "./tool_icons.mjs";
import {element} from "../dom/element.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("./gestures.mjs").AreaMode} AreaMode */
/** @typedef {import("../edit/areas.mjs").Reach} Reach */
/**
 * @typedef {object} OptionActions
 * @property {(mode: AreaMode) => void} mode
 * @property {(reach: Partial<Reach>, gesture?: string) => void} reach
 * @property {() => void} settle  a slider was let go
 * @property {() => void} dropContext
 */

const MODES = /** @type {const} */ ({add: "plus", subtract: "minus", intersect: "both"});

export class Options {
    box;
    #modes;
    #mode;
    #wand;
    #tolerance;
    #shown = element("output", {class: "ci-tolerance"});
    #contiguous;
    #dropContext;

    /** @param {OptionActions} actions */
    constructor(actions) {
        this.#modes = Object.entries(MODES).map(([mode]) => element("input", {type: "radio", name: "click_inpaint_mode", value: mode,
            "aria-label": text(`mode_${/** @type {AreaMode} */ (mode)}`), onchange: () => actions.mode(/** @type {AreaMode} */ (mode))}));
        this.#mode = element("div", {class: "ci-choice ci-modes", role: "radiogroup", "aria-label": text("mode")},
            ...this.#modes.map(input => element("label", {title: text(`mode_${/** @type {AreaMode} */ (input.value)}Tip`)},
                input, element("span", {}, drawing(MODES[/** @type {AreaMode} */ (input.value)])))));
        const id = "click_inpaint_tolerance";
        this.#tolerance = element("input", {type: "range", id, min: 0, max: 100, step: 1, title: text("toleranceTip"),
            oninput: () => actions.reach({tolerance: this.#tolerance.valueAsNumber}, "tolerance"), onchange: actions.settle});
        this.#contiguous = element("input", {type: "checkbox", onchange: () => actions.reach({contiguous: this.#contiguous.checked})});
        this.#wand = element("div", {class: "ci-size ci-wand"}, element("label", {for: id, title: text("toleranceTip")}, text("tolerance")),
            this.#tolerance, this.#shown,
            element("label", {class: "ci-contiguous", title: text("contiguousTip")}, this.#contiguous, element("span", {}, text("contiguous"))));
        this.#dropContext = element("button", {type: "button", class: "ci-button", title: text("dropContextTip"), onclick: actions.dropContext}, text("dropContext"));
        this.box = element("div", {class: "ci-options"}, this.#mode, this.#wand, this.#dropContext);
    }

    /** @param {import("./tools.mjs").InHand} now @param {boolean} hasContext */
    show({tool, mode, tolerance, contiguous}, hasContext) {
        this.box.hidden = ["point", "box", "brush", "paint", "eraser"].includes(tool) || tool === "context" && !hasContext;
        this.#mode.hidden = !(tool === "lasso" || tool === "polygon" || tool === "wand");
        for (const input of this.#modes) input.checked = input.value === mode;
        this.#wand.hidden = tool !== "wand";
        this.#tolerance.valueAsNumber = tolerance;
        this.#shown.textContent = String(tolerance);
        this.#contiguous.checked = contiguous;
        this.#dropContext.hidden = tool !== "context";
    }
}
