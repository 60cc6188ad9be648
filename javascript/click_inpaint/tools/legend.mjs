// The legend of keys and gestures, which "?" opens.

import {element} from "../dom/element.mjs";
import {text} from "../text/text.mjs";

const CHAPTERS = /** @type {const} */ ([
    ["select", ["click", "exclude", "newObject", "dragBox", "walk", "hoverKey"]],
    ["draw", ["toolKeys", "moreTools", "takeAway", "intersect", "corner", "sizeKeys", "pickKey"]],
    ["look", ["wheel", "wheelCtrl", "pan", "zoomKeys", "full"]],
    ["keyboard", ["arrows", "enter", "undo", "escape"]],
    ["touch", ["tap", "hold", "fingers"]],
]);
/** @typedef {typeof CHAPTERS[number]} Chapter */

export class Legend {
    /** @type {HTMLDialogElement} */
    dialog;

    constructor() {
        const title = element("h3", {id: "click_inpaint_legend"}, text("legend"));
        const close = element("button", {type: "button", class: "ci-button", onclick: () => this.dialog.close()}, text("legendClose"));
        const chapters = CHAPTERS.map(([name, lines]) => chapter(name, lines));
        this.dialog = element("dialog", {class: "ci-keys", "aria-labelledby": title.id,
            onclick: event => event.target === this.dialog && this.dialog.close()}, // its backdrop
        element("div", {class: "ci-keys-in"}, element("header", {}, title, close), element("div", {class: "ci-chapters"}, ...chapters)));
    }

    /** The dialog takes the focus, and gives it back when it is closed. */
    open() {
        if (!this.dialog.open) this.dialog.showModal();
    }
}

/** @param {Chapter[0]} name @param {readonly Chapter[1][number][]} lines */
function chapter(name, lines) {
    const rows = lines.flatMap(line => [element("dt", {}, text(`key_${line}`)), element("dd", {}, text(`legend_${line}`))]);
    return element("section", {}, element("h4", {}, text(`legend_${name}`)), element("dl", {}, ...rows));
}
