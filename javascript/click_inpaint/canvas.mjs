// Draws the scene, and nothing else. All drawing is in CSS pixels of the canvas; the picture and the tint are kept as
// layers of device pixels, so that a pointer's move costs two copies and a few lines.

import {deviceSize, fitView, fromClient, toCanvas, toClient, toPicture} from "./geometry.mjs";
import {contours, reduced, tinted} from "./mask.mjs";

/** @typedef {import("./geometry.mjs").Point} Point */
/** @typedef {import("./geometry.mjs").Box} Box */
/** @typedef {import("./geometry.mjs").View} View */
/** @typedef {import("./mask.mjs").Preview} Preview */
/**
 * @typedef {object} Scene
 * @property {import("./picture.mjs").Decoded | null} picture
 * @property {Preview | null} preview   the last one known
 * @property {boolean} stale            whether a newer one is awaited
 * @property {readonly import("./state.mjs").Step[]} steps
 * @property {Point | null} crosshair   picture pixels
 * @property {Box | null} drag          the box being drawn, picture pixels
 */

// Seen on any picture because each comes as light on dark; the theme of the page does not matter here.
const TINT = {colour: /** @type {[number, number, number]} */ ([58, 134, 255]), opacity: 0.46, stale: 0.55};
const DARK = "rgba(8, 12, 20, 0.75)";
const LIGHT = "rgba(255, 255, 255, 0.95)";
const FAINT = {dark: "rgba(8, 12, 20, 0.35)", light: "rgba(255, 255, 255, 0.6)"};
const INCLUDE = "#1f9d55";
const EXCLUDE = "#d92d3a";
const MARKER = {radius: 8, arm: 3.8, width: 1.8};
const CORNER_PX = 14;
const DASH_PX = 5;

export class CanvasView {
    #canvas;
    #context;
    /** @type {Scene} */
    #scene = {picture: null, preview: null, stale: false, steps: [], crosshair: null, drag: null};
    #requested = false;
    #size = {width: 0, height: 0};
    #picture = new Layer();
    #tint = new Layer();
    #outline = {key: "", preview: null, path: new Path2D()};

    /** @param {HTMLCanvasElement} canvas @param {AbortSignal} signal */
    constructor(canvas, signal) {
        this.#canvas = canvas;
        this.#context = canvas.getContext("2d");
        const observer = new ResizeObserver(() => this.#measure());
        observer.observe(canvas);
        window.addEventListener("resize", () => this.#request(), {signal});
        signal.addEventListener("abort", () => observer.disconnect());
    }

    /** Show a changed scene, soon. @param {Partial<Scene>} part */
    show(part) {
        Object.assign(this.#scene, part);
        this.#request();
    }

    /** Where the picture lies now. @returns {View} */
    get view() {
        return fitView(this.#scene.picture ?? {width: 1, height: 1}, this.#size);
    }

    /** The picture pixel under the pointer. @param {{clientX: number, clientY: number}} event @returns {Point} */
    pointAt({clientX, clientY}) {
        return toPicture(this.view, fromClient(this.#canvas.getBoundingClientRect(), this.#size, {x: clientX, y: clientY}));
    }

    /** Client coordinates of a picture pixel. @param {Point} point @returns {Point} */
    toPage(point) {
        return toClient(this.#canvas.getBoundingClientRect(), this.#size, toCanvas(this.view, point));
    }

    #measure() {
        this.#size = {width: this.#canvas.clientWidth, height: this.#canvas.clientHeight};
        this.#request();
    }

    #request() {
        if (this.#requested) return;
        this.#requested = true;
        requestAnimationFrame(() => {
            this.#requested = false;
            if (this.#size.width && this.#size.height) this.#draw();
        });
    }

    #draw() {
        const device = deviceSize(this.#size, devicePixelRatio);
        if (this.#canvas.width !== device.width || this.#canvas.height !== device.height) Object.assign(this.#canvas, device);
        const context = this.#context;
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, device.width, device.height);
        const {picture, preview, crosshair, drag, steps} = this.#scene;
        if (!picture) return;
        this.#drawLayers(context, device);
        context.scale(device.width / this.#size.width, device.height / this.#size.height);
        const view = this.view;
        if (preview) {
            stroked(context, this.#outlinePath(preview, view), 1.3);
            drawCrop(context, view, preview.header.crop);
        }
        for (const step of steps) drawStep(context, view, step);
        if (drag) stroked(context, boxPath(view, drag), 1.5);
        if (crosshair) drawCrosshair(context, toCanvas(view, crosshair));
    }

    #drawLayers(context, device) {
        const {picture, preview, stale} = this.#scene;
        const view = this.view;
        const ratio = device.width / this.#size.width;
        const key = [device.width, device.height, view.scale, view.offset.x, view.offset.y].join();
        const place = (x, y, width, height) => [(x * view.scale + view.offset.x) * ratio, (y * view.scale + view.offset.y) * ratio,
            width * view.scale * ratio, height * view.scale * ratio];
        context.drawImage(this.#picture.drawn(key, picture, device, layer => {
            layer.drawImage(picture.bitmap, ...place(0, 0, picture.width, picture.height));
        }), 0, 0);
        if (!preview) return;
        const {header: {box}, mask} = preview;
        const [x, y, width, height] = place(box[0], box[1], mask.width, mask.height);
        const tint = this.#tint.drawn(key, preview, device, layer => {
            layer.drawImage(tintCanvas(reduced(mask, width, height)), x, y, width, height);
        });
        context.globalAlpha = stale ? TINT.stale : 1;
        context.drawImage(tint, 0, 0);
        context.globalAlpha = 1;
    }

    #outlinePath(preview, view) {
        const key = [view.scale, view.offset.x, view.offset.y, devicePixelRatio].join();
        if (this.#outline.preview !== preview || this.#outline.key !== key) {
            this.#outline = {key, preview, path: outlinePath(preview, view, devicePixelRatio)};
        }
        return this.#outline.path;
    }
}

/** An off-screen canvas that is drawn again only when what it shows has changed. */
class Layer {
    #canvas = document.createElement("canvas");
    #key = "";
    #of = null;

    /**
     * @param {string} key
     * @param {object} of
     * @param {{width: number, height: number}} size
     * @param {(context: CanvasRenderingContext2D) => void} draw
     */
    drawn(key, of, size, draw) {
        if (key !== this.#key || of !== this.#of) {
            [this.#key, this.#of] = [key, of];
            Object.assign(this.#canvas, size); // clears it
            const context = this.#canvas.getContext("2d");
            context.imageSmoothingQuality = "high";
            draw(context);
        }
        return this.#canvas;
    }
}

function tintCanvas(mask) {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, {width: mask.width, height: mask.height});
    canvas.getContext("2d").putImageData(new ImageData(tinted(mask, TINT.colour, TINT.opacity), mask.width, mask.height), 0, 0);
    return canvas;
}

/** Where the mask is half on. @param {Preview} preview @param {View} view @param {number} ratio */
function outlinePath({header: {box}, mask}, view, ratio) {
    const small = reduced(mask, mask.width * view.scale * ratio, mask.height * view.scale * ratio);
    const scale = {x: mask.width / small.width * view.scale, y: mask.height / small.height * view.scale};
    const corner = toCanvas(view, {x: box[0], y: box[1]});
    const path = new Path2D();
    for (const line of contours(small)) {
        for (let i = 0; i < line.length; i += 2) {
            path[i ? "lineTo" : "moveTo"](corner.x + line[i] * scale.x, corner.y + line[i + 1] * scale.y);
        }
        path.closePath();
    }
    return path;
}

/** Light dashes on a dark line. */
function stroked(context, path, width) {
    context.lineJoin = "round";
    context.lineWidth = width + 1.2;
    context.strokeStyle = DARK;
    context.stroke(path);
    context.setLineDash([DASH_PX, DASH_PX]);
    context.lineWidth = width;
    context.strokeStyle = LIGHT;
    context.stroke(path);
    context.setLineDash([]);
}

function boxPath(view, {x0, y0, x1, y1}) {
    const a = toCanvas(view, {x: x0, y: y0});
    const b = toCanvas(view, {x: x1, y: y1});
    const path = new Path2D();
    path.rect(a.x, a.y, b.x - a.x, b.y - a.y);
    return path;
}

/** A fine frame with strong corners: a viewfinder, not a selection. */
function drawCrop(context, view, [x0, y0, x1, y1]) {
    const a = toCanvas(view, {x: x0, y: y0});
    const b = toCanvas(view, {x: x1, y: y1});
    const inset = 1; // stays whole at the picture's edge
    const [left, top, right, bottom] = [a.x + inset, a.y + inset, b.x - inset, b.y - inset];
    const arm = Math.min(CORNER_PX, (right - left) / 3, (bottom - top) / 3);
    const corners = new Path2D();
    const bends = [[left, top, arm, arm], [right, top, -arm, arm], [right, bottom, -arm, -arm], [left, bottom, arm, -arm]];
    for (const [x, y, across, down] of bends) {
        corners.moveTo(x + across, y);
        corners.lineTo(x, y);
        corners.lineTo(x, y + down);
    }
    const frame = new Path2D();
    frame.rect(left, top, right - left, bottom - top);
    const lines = [[frame, 2, FAINT.dark], [frame, 1, FAINT.light], [corners, 4, DARK], [corners, 2, LIGHT]];
    for (const [path, width, style] of lines) {
        context.lineWidth = width;
        context.strokeStyle = style;
        context.stroke(path);
    }
}

function drawStep(context, view, step) {
    if (step.kind === "click") drawMarker(context, toCanvas(view, step), step.include);
    if (step.kind === "box") {
        context.globalAlpha = 0.6;
        stroked(context, boxPath(view, step), 1);
        context.globalAlpha = 1;
    }
}

/** A disc with a plus or, for what is excluded, a minus: told apart without colour. */
function drawMarker(context, {x, y}, include) {
    context.beginPath();
    context.arc(x, y, MARKER.radius + 1, 0, 2 * Math.PI);
    context.fillStyle = DARK;
    context.fill();
    context.beginPath();
    context.arc(x, y, MARKER.radius, 0, 2 * Math.PI);
    context.fillStyle = include ? INCLUDE : EXCLUDE;
    context.fill();
    context.lineWidth = 1.4;
    context.strokeStyle = LIGHT;
    context.stroke();
    context.beginPath();
    context.moveTo(x - MARKER.arm, y);
    context.lineTo(x + MARKER.arm, y);
    if (include) {
        context.moveTo(x, y - MARKER.arm);
        context.lineTo(x, y + MARKER.arm);
    }
    context.lineWidth = MARKER.width;
    context.lineCap = "round";
    context.stroke();
    context.lineCap = "butt";
}

/** Open in the middle, so that what it points at is seen. */
function drawCrosshair(context, {x, y}) {
    const path = new Path2D();
    for (const [across, down] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        path.moveTo(x + across * 4, y + down * 4);
        path.lineTo(x + across * 16, y + down * 16);
    }
    for (const [width, style] of [[4, DARK], [2, LIGHT]]) {
        context.lineWidth = width;
        context.strokeStyle = style;
        context.stroke(path);
    }
}
