// Pixels that are kept.

/** An off-screen canvas that is drawn again only when what it shows has changed. */
export class Layer {
    #canvas = document.createElement("canvas");
    #version = -1;

    /** @param {number} version @param {{width: number, height: number}} size @param {(context: CanvasRenderingContext2D) => void} paint */
    drawn(version, size, paint) {
        if (version !== this.#version) {
            this.#version = version;
            Object.assign(this.#canvas, size); // clears it
            paint(this.#canvas.getContext("2d"));
        }
        return this.#canvas;
    }
}
