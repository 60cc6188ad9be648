// What comes first on a picture where nothing is selected: it depends on the tool in hand and on the task.

import {text} from "./text.mjs";

/** @typedef {import("./text.mjs").TextKey} TextKey */
/** @typedef {{[K in TextKey]: K extends `with_${infer T}` ? T : never}[TextKey] | "point"} Tool */
/** @typedef {{[K in TextKey]: K extends `first_${infer T}` ? T : never}[TextKey] | ""} Task */

/** The tool of each task that has a sentence of its own with it; with others the sentence is the tool's. @type {Partial<Record<Task, Tool>>} */
const OWN_TOOL = {add: "brush"};

/** @param {Tool} tool @param {Task} task */
export function firstStep(tool, task) {
    if (task === "extend") return text("first_extend"); // with no tool
    if (task === "background" && tool !== "eraser") return text("first_background"); // whatever selects what is to stay
    if (task && tool === (OWN_TOOL[task] ?? "point")) return text(`first_${task}`);
    return text(tool === "point" ? "first" : `with_${tool}`);
}

/** Why there is nothing to paint. @param {Tool} tool */
export function nothingSelected(tool) {
    return tool === "point" ? text("nothingSelected") : `${text("nothingYet")} ${text(`with_${tool}`)}`;
}
