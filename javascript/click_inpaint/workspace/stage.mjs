// The canvas, and what stands in its place before a picture is open.

import {element, icon} from "../dom/element.mjs";
import {extentOf} from "../edit/geometry.mjs";
import {text} from "../text/text.mjs";

/** @param {() => void} ask for a picture @returns {{canvas: HTMLCanvasElement, box: HTMLElement, place: HTMLElement}} place: of the box, and of what lies over its edge or below it */
export function buildStage(ask) {
    const canvas = element("canvas", {class: "ci-canvas", tabIndex: 0, role: "application", "aria-label": text("canvas")});
    const empty = element("button", {type: "button", class: "ci-empty", onclick: ask}, icon("picture"),
        element("strong", {}, text("emptyTitle")), element("span", {}, text("emptyMore")), element("small", {}, text("emptyThen")));
    const drop = element("div", {class: "ci-drop", "aria-hidden": "true"}, text("dropHere"));
    const box = element("div", {class: "ci-stage"}, canvas, empty, drop);
    return {canvas, box, place: element("div", {class: "ci-place"}, box)};
}

/**
 * Give the picture its place, in its shape; and bring a picture that the person has opened into view, with its tools.
 * @param {HTMLElement} root @param {{canvas: HTMLCanvasElement, box: HTMLElement}} stage @param {import("../store/store.mjs").Store} store
 * @param {{editor: HTMLElement, begun: Promise<unknown>}} seen  what is brought into view, and since when: one that comes back by itself moves no page
 */
export function followPicture(root, {canvas, box}, store, {editor, begun}) {
    let isBegun = false;
    void begun.finally(() => { isBegun = true; });
    let shown = store.picture;
    store.follow(({picture, state: {edit}}) => {
        const isNew = picture !== shown;
        shown = picture;
        root.classList.toggle("ci-has-picture", picture !== null);
        canvas.tabIndex = picture ? 0 : -1;
        if (!picture) return;
        const {x0, y0, x1, y1} = extentOf(picture, edit.frame);
        box.style.setProperty("--ci-aspect", String((x1 - x0) / (y1 - y0)));
        if (isNew && isBegun) editor.scrollIntoView({block: "nearest"});
    });
}
