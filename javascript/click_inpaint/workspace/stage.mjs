// The canvas, and what stands in its place before a picture is open.

import {element, icon} from "../dom/element.mjs";
import {extentOf} from "../edit/geometry.mjs";
import {text} from "../text/text.mjs";

/** @param {() => void} ask for a picture @returns {{canvas: HTMLCanvasElement, box: HTMLElement}} */
export function buildStage(ask) {
    const canvas = element("canvas", {class: "ci-canvas", tabIndex: 0, role: "application", "aria-label": text("canvas")});
    const empty = element("button", {type: "button", class: "ci-empty", onclick: ask}, icon("picture"),
        element("strong", {}, text("emptyTitle")), element("span", {}, text("emptyMore")), element("small", {}, text("emptyThen")));
    const drop = element("div", {class: "ci-drop", "aria-hidden": "true"}, text("dropHere"));
    return {canvas, box: element("div", {class: "ci-stage"}, canvas, empty, drop)};
}

/** Give the picture its place, in its shape. @param {HTMLElement} root @param {{canvas: HTMLCanvasElement, box: HTMLElement}} stage @param {import("../store/store.mjs").Store} store */
export function followPicture(root, {canvas, box}, store) {
    store.follow(({picture, state: {edit}}) => {
        root.classList.toggle("ci-has-picture", picture !== null);
        canvas.tabIndex = picture ? 0 : -1;
        if (!picture) return;
        const {x0, y0, x1, y1} = extentOf(picture, edit.frame);
        box.style.setProperty("--ci-aspect", String((x1 - x0) / (y1 - y0)));
    });
}
