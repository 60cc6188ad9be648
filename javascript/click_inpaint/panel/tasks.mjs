// The row of tasks. A press sets what the task needs, and the line below the row says what that was. Extend and
// Repair have rows of their own below: pixels for each side and shapes, and what damage is looked for.

import {damageOf} from "../edit/areas.mjs";
import {TASK_NAMES, changesBetween} from "../edit/tasks.mjs";
import {element} from "../dom/element.mjs";
import {extentOf, frameOfShape, NO_FRAME} from "../edit/geometry.mjs";
import {LIMITS} from "../edit/state.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../edit/tasks.mjs").TaskName} TaskName */
/** @typedef {import("../edit/tasks.mjs").Change} Change */
/** @typedef {import("../edit/state.mjs").State} State */
/** @typedef {import("../store/store.mjs").Store} Store */

export class TaskRow {
    #begin;
    #buttons;
    #said = element("p", {class: "ci-note ci-tasked", role: "status", hidden: true});
    /** What the line speaks of; it goes when that is undone, or another picture opened. @type {State | null} */
    #after = null;

    box;

    /** @param {Store} store @param {(name: TaskName) => {before: State, after: State}} begin */
    constructor(store, begin) {
        this.#begin = begin;
        this.#buttons = TASK_NAMES.map(name => element("button", {type: "button", class: `ci-button ci-task ci-task-${name}`,
            title: text(`task_${name}Tip`), onclick: () => this.#press(name)}, text(`task_${name}`)));
        this.box = element("div", {class: "ci-tasks"},
            element("div", {class: "ci-group", role: "group", "aria-label": text("tasks")}, ...this.#buttons), this.#said);
        store.follow(({state, picture}) => {
            this.#buttons[TASK_NAMES.indexOf("extend")].hidden = !picture; // whoever has none yet has enough to look at
            this.#buttons[TASK_NAMES.indexOf("repair")].hidden = !picture;
            this.#show(state);
        });
    }

    /** @param {TaskName} name */
    #press(name) {
        const {before, after} = this.#begin(name);
        this.#after = after;
        const changes = changesBetween(before, after).map(sentenceOf);
        this.#said.textContent = changes.length ? text("tasked", {changes: changes.join(" · ")}) : text("taskedNothing");
        this.#said.hidden = false;
    }

    /** @param {State} state */
    #show({task, past}) {
        for (const [at, one] of this.#buttons.entries()) one.setAttribute("aria-pressed", String(TASK_NAMES[at] === task));
        if (this.#after && past.length < this.#after.past.length) this.#after = null;
        this.#said.hidden = !this.#after;
    }
}

/** Fills what is selected, at once; there while something is. @param {Store} store @param {() => void} erase */
export function eraseButton(store, erase) {
    const button = element("button", {type: "button", class: "ci-button ci-erase", title: text("eraseTip"), hidden: true, onclick: erase}, text("erase"));
    store.follow(({isSelected}) => { button.hidden = !isSelected; });
    return button;
}

/** @typedef {import("../edit/geometry.mjs").Frame} Frame */

const SIDES = /** @type {const} */ (["left", "top", "right", "bottom"]);
const SHAPES = /** @type {const} */ ([[1, 1], [3, 2], [4, 3], [16, 9], [9, 16]]);
const STEP_PX = 8;
const MOST_PX2 = 10_000;

export class ExtendRow {
    #store;
    #sides;
    #size = element("output", {class: "ci-quiet"});

    box;

    /** @param {Store} store @param {(sides: Partial<Frame>, gesture: string) => void} extend @param {() => void} settle  a number was left */
    constructor(store, extend, settle) {
        this.#store = store;
        this.#sides = SIDES.map(side => element("input", {type: "number", min: LIMITS.frame.low, max: LIMITS.frame.high, step: STEP_PX, title: text("sideTip"),
            onchange: settle, oninput: ({target}) => {
                const {valueAsNumber} = /** @type {HTMLInputElement} */ (target);
                if (!Number.isNaN(valueAsNumber)) extend({[side]: valueAsNumber}, `frame ${side}`);
            }}));
        const fields = SIDES.map((side, at) => element("label", {class: "ci-side"}, element("span", {}, text(`side_${side}`)), this.#sides[at]));
        const shapes = SHAPES.map(([across, down]) => element("button", {type: "button", class: "ci-button", title: text("shapeTip", {across, down}),
            onclick: () => store.picture && extend(frameOfShape(store.picture, [across, down]), "")}, `${across}:${down}`));
        const none = element("button", {type: "button", class: "ci-button", title: text("noFrameTip"), onclick: () => extend(NO_FRAME, "")}, text("noFrame"));
        this.box = element("div", {class: "ci-extend", hidden: true},
            element("div", {class: "ci-group", role: "group", "aria-label": text("sides")}, ...fields, this.#size),
            element("div", {class: "ci-group", role: "group", "aria-label": text("shapes")}, ...shapes, none));
        store.follow(() => this.#show());
    }

    #show() {
        const {picture, state: {edit: {frame}, task}} = this.#store;
        this.box.hidden = !picture || task !== "extend" && !frame;
        for (const [at, side] of SIDES.entries()) {
            if (document.activeElement !== this.#sides[at]) this.#sides[at].valueAsNumber = (frame ?? NO_FRAME)[side];
        }
        const {x0, y0, x1, y1} = extentOf(picture ?? {width: 0, height: 0}, frame);
        this.#size.textContent = text("extendedTo", {width: x1 - x0, height: y1 - y0});
    }
}

/** What Repair looks for: how faint damage may be, and how small. */
export class RepairRow {
    #sensitivity = element("input", {type: "range", min: 0, max: 100, step: 1, title: text("sensitivityTip"),
        oninput: () => this.#change({sensitivity: this.#sensitivity.valueAsNumber / 100}, "sensitivity"), onchange: () => this.#settle()});
    #said = element("output", {class: "ci-quiet"});
    #smallest = element("input", {type: "number", min: 0, max: MOST_PX2, step: 1, title: text("smallestTip"), onchange: () => this.#settle(), oninput: () => {
        const smallest = Math.round(this.#smallest.valueAsNumber);
        if (!Number.isNaN(smallest)) this.#change({smallest: Math.min(Math.max(smallest, 0), MOST_PX2)}, "smallest");
    }});
    #change;
    #settle;

    box = element("div", {class: "ci-repair", role: "group", "aria-label": text("task_repair"), hidden: true},
        element("label", {}, element("span", {}, text("sensitivity")), this.#sensitivity, this.#said),
        element("label", {}, element("span", {}, text("smallest")), this.#smallest, element("span", {}, text("px2"))));

    /** @param {Store} store @param {(asked: Partial<import("../edit/areas.mjs").Damage>, gesture: string) => void} change @param {() => void} settle */
    constructor(store, change, settle) {
        this.#change = change;
        this.#settle = settle;
        store.follow(({state: {edit}}) => this.#show(damageOf(edit)));
    }

    /** @param {import("../edit/areas.mjs").Damage | null} damage */
    #show(damage) {
        this.box.hidden = !damage;
        if (!damage) return;
        this.#sensitivity.valueAsNumber = Math.round(100 * damage.sensitivity);
        this.#said.textContent = text("percent", {percent: this.#sensitivity.valueAsNumber});
        if (document.activeElement !== this.#smallest) this.#smallest.valueAsNumber = damage.smallest;
    }
}

/** @param {Change} change */
function sentenceOf({name, to}) {
    return text(`changed_${name}`, {to: name === "fill" ? text(`fill_${to}`) : to});
}
