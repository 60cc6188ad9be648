// The legend of keys and gestures, behind "?".

import {element} from "../dom/element.mjs";
import {text} from "../text/text.mjs";

const CHAPTERS = {
    select: ["click", "exclude", "newObject", "dragBox", "walk", "hoverKey"],
    draw: ["toolKeys", "takeAway", "sizeKeys"],
    look: ["wheel", "wheelCtrl", "pan", "zoomKeys", "full"],
    keyboard: ["arrows", "enter", "undo", "escape"],
    touch: ["tap", "hold", "fingers"],
};

export class Legend {
    dialog;

    constructor() {
        const title = element("h3", {id: "click_inpaint_legend"}, text("legend"));
        const close = element("button", {type: "button", class: "ci-button", onclick: () => this.dialog.close()}, text("legendClose"));
        const chapters = Object.entries(CHAPTERS).map(([name, lines]) => chapter(name, lines));
        this.dialog = element("dialog", {class: "ci-keys", "aria-labelledby": title.id,
            onclick: event => event.target === this.dialog && this.dialog.close()}, // its backdrop
        element("div", {class: "ci-keys-in"}, element("header", {}, title, close), element("div", {class: "ci-chapters"}, ...chapters)));
    }

    /** The focus goes in, and back where it was when it is closed. */
    open() {
        if (!this.dialog.open) this.dialog.showModal();
    }
}

function chapter(name, lines) {
    const rows = lines.flatMap(line => [element("dt", {}, text(`key_${line}`)), element("dd", {}, text(`legend_${line}`))]);
    return element("section", {}, element("h4", {}, text(`legend_${name}`)), element("dl", {}, ...rows));
}
