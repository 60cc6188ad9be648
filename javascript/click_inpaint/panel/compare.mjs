// Before and after, one over the other, with a line to slide between them. It covers the stage until Esc.

import {extentOf} from "../edit/geometry.mjs";
import {contextOf, element} from "../dom/element.mjs";
import {isGenerating} from "../host/page.mjs";
import {decode} from "../pictures/picture.mjs";
import {text} from "../text/text.mjs";
import {button} from "./widgets.mjs";
import {onEscape} from "../dom/popup.mjs";

/** @typedef {import("../pictures/picture.mjs").Decoded} Decoded */
/** @typedef {import("../edit/geometry.mjs").Frame} Frame */

const MIDDLE = 50;

export class Compare {
    /** @type {() => void} */
    #useResult = () => undefined;
    #before = element("canvas");
    #after = element("canvas", {class: "ci-after"});
    #range = element("input", {type: "range", min: 0, max: 100, step: 0.5, "aria-label": text("compareSlide"), oninput: () => this.#split()});
    /** What had the focus. @type {HTMLElement | null} */
    #back = null;
    #turn = 0;

    overlay;

    /** @param {AbortSignal} signal */
    constructor(signal) {
        const use = button("useResult", "result", () => this.#use());
        const close = button("closeCompare", "clear", () => this.close());
        this.overlay = element("div", {class: "ci-beside", role: "dialog", "aria-label": text("compare"), hidden: true},
            this.#before, this.#after, element("div", {class: "ci-split", "aria-hidden": "true"}), this.#range,
            element("span", {class: "ci-tag", "aria-hidden": "true"}, text("before")),
            element("span", {class: "ci-tag ci-tag-after", "aria-hidden": "true"}, text("after")),
            element("div", {class: "ci-beside-bar"}, use, close));
        onEscape(() => {
            if (!this.isOpen || isGenerating()) return false;
            this.close();
            return true;
        }, signal);
    }

    get isOpen() {
        return !this.overlay.hidden;
    }

    /**
     * Show a result over its picture. Throws where the browser cannot read it.
     * @param {Decoded} before @param {Blob} after @param {() => void} useResult  called when the person goes on with the result
     * @param {Frame} [frame]  what the result extends its picture by
     */
    async open(before, after, useResult, frame) {
        const turn = ++this.#turn;
        const result = await decode(after);
        if (turn === this.#turn) {
            this.#useResult = useResult;
            if (document.activeElement instanceof HTMLElement) this.#back ??= document.activeElement;
            paint(this.#before, before, extentOf(before, frame));
            paint(this.#after, result, extentOf(result, undefined));
            this.overlay.hidden = false;
            this.#range.valueAsNumber = MIDDLE;
            this.#split();
            this.#range.focus({preventScroll: true});
        }
        result.bitmap.close();
    }

    close() {
        this.#turn++;
        if (!this.isOpen) return;
        this.overlay.hidden = true;
        for (const canvas of [this.#before, this.#after]) canvas.width = canvas.height = 0; // their pixels go back
        if (this.#back?.isConnected) this.#back.focus({preventScroll: true});
        this.#back = null;
    }

    #use() {
        this.close();
        this.#useResult();
    }

    #split() {
        const percent = this.#range.valueAsNumber;
        this.overlay.style.setProperty("--ci-split", `${percent}%`);
        this.#range.setAttribute("aria-valuetext", text("compareAt", {percent: Math.round(percent)}));
    }
}

/** @param {HTMLCanvasElement} canvas @param {Decoded} picture @param {import("../edit/geometry.mjs").Box} extent  with what it is extended by, in its pixels */
function paint(canvas, {bitmap, width}, {x0, y0, x1, y1}) {
    const scale = bitmap.width / width; // a large picture is kept reduced
    [canvas.width, canvas.height] = [Math.round((x1 - x0) * scale), Math.round((y1 - y0) * scale)];
    contextOf(canvas).drawImage(bitmap, -x0 * scale, -y0 * scale);
}
