// Keeps what was drawn, so that the same need not be drawn again.

import {contextOf} from "../dom/element.mjs";

/** An off-screen canvas that is drawn again only when what it shows has changed. */
export class Layer {
    #canvas = document.createElement("canvas");
    #version = -1;

    /** @param {number} version @param {import("../edit/geometry.mjs").Size} size @param {(context: CanvasRenderingContext2D) => void} paint */
    drawn(version, size, paint) {
        if (version !== this.#version) {
            this.#version = version;
            Object.assign(this.#canvas, size); // clears it
            paint(contextOf(this.#canvas));
        }
        return this.#canvas;
    }
}
