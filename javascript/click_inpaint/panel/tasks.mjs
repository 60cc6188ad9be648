// The row of tasks. A press sets what the task needs, and the line below the row says what that was.

import {TASK_NAMES, changesBetween} from "../edit/tasks.mjs";
import {element} from "../dom/element.mjs";
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
        store.follow(({state}) => this.#show(state));
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

/** @param {Change} change */
function sentenceOf({name, to}) {
    return text(`changed_${name}`, {to: name === "fill" ? text(`fill_${to}`) : to});
}
