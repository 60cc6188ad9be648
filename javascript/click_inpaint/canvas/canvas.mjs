// Draws the scene, and nothing else. All that does not follow the pointer is kept as one layer of device pixels, so that a
// move of the pointer costs one copy and a few lines. The picture and the tint are drawn from tiles, so that a move of the
// view costs only what shows.

import {deviceSize, extentOf, fromClient, toCanvas, toClient, toPicture, withMargin} from "../edit/geometry.mjs";
import {Layer} from "./layer.mjs";
import * as marks from "./marks.mjs";
import {Outline, onCanvas, outlineOf} from "./outline.mjs";
import {PaintedColours} from "./painted.mjs";
import {Tiles} from "./tiles.mjs";
import {PicturePixels, tintPixels} from "./tile_pixels.mjs";
import {contextOf} from "../dom/element.mjs";
import {onScreen} from "../dom/screen.mjs";
import {percentOf, viewOf} from "../edit/view.mjs";

/** @typedef {import("../edit/geometry.mjs").Point} Point */
/** @typedef {import("../edit/geometry.mjs").View} View */
/** @typedef {import("../pictures/picture.mjs").Decoded} Decoded */
/** @typedef {import("../edit/mask.mjs").Preview} Preview */
/** @typedef {import("../edit/state.mjs").Step} Step */
/** @typedef {import("../edit/view.mjs").Camera} Camera */
/** @typedef {import("../edit/view.mjs").Stage} Stage */
/**
 * @typedef {{kind: "box", box: import("../edit/geometry.mjs").Box} | {kind: "stroke", points: readonly Point[], radius: number, mode: string} | {kind: "paint", points: readonly Point[], radius: number, colour: string, opacity: number} |
 *     {kind: "lasso", points: readonly Point[], mode: string, corners?: number}} Draft  what is being drawn
 */
/**
 * @typedef {object} Scene  lengths and points in picture pixels
 * @property {Decoded | null} picture
 * @property {Preview | null} preview   the last one known
 * @property {boolean} stale            whether a newer one is awaited
 * @property {readonly Step[]} steps
 * @property {number} part  the object that the person points at in the list of prompts, from 0; -1 for none
 * @property {readonly number[] | null} contextBox  what the crop is to hold: x0, y0, x1, y1
 * @property {import("../edit/geometry.mjs").Frame | undefined} frame  what the picture is extended by
 * @property {readonly number[]} highlight  indices of steps that the person points at in the list of steps
 * @property {Draft | null} draft
 * @property {Point | null} crosshair
 * @property {{at: Point, radius: number} | null} ring  the brush under the pointer
 * @property {import("./outline.mjs").Outlined | null} hover  what a click would select
 */

/** The view is at rest when it has not changed for so long. */
const REST_MS = 140;
/** Device pixels per picture pixel above which pixels show as squares, and with borders. */
const SQUARES = 2;
const GRID = 8;
/** Beside an extended picture there is room to draw its edges further out. */
const MARGIN = 0.06;
/** The parts of a scene that do not follow the pointer. */
const STILL = /** @type {const} */ (["picture", "preview", "stale", "steps", "part", "contextBox", "frame"]);

export class CanvasView {
    /** @type {(() => void) | null} called after each change of the view */
    onView = null;
    /** The whole picture, decoded when it is looked at closely. @type {() => Promise<ImageBitmap | null>} */
    wholePicture = async() => null;
    #canvas;
    #holder;
    #context;
    /** @type {Scene} */
    #scene = {picture: null, preview: null, stale: false, steps: [], part: -1, contextBox: null, frame: undefined, highlight: [], draft: null, crosshair: null, ring: null, hover: null};
    /** @type {Camera} */
    #camera = null;
    #size = {width: 0, height: 0};
    #device = {width: 0, height: 0};
    #ratio = 1;
    #requested = false;
    #resting = 0;
    #version = 0;
    #still = new Layer();
    #bare = new Layer();
    #outline = new Outline();
    #colours = new PaintedColours(() => this.#redraw());
    #hoverPath = new Path2D();
    /** @type {Tiles | null} */
    #picture = null;
    /** @type {PicturePixels | null} */
    #pixels = null;
    /** @type {Tiles | null} */
    #tint = null;
    /** Strokes and lassos that the preview shows already. @type {Set<Step>} */
    #shown = new Set();

    /** @param {HTMLCanvasElement} canvas that has a parent, whose size it takes @param {AbortSignal} signal */
    constructor(canvas, signal) {
        this.#canvas = canvas;
        this.#holder = /** @type {HTMLElement} */ (canvas.parentElement);
        this.#context = contextOf(canvas);
        const observer = new ResizeObserver(() => this.#measure());
        observer.observe(this.#holder);
        onScreen(() => this.#measure(), signal);
        signal.addEventListener("abort", () => {
            observer.disconnect();
            clearTimeout(this.#resting);
            for (const kept of [this.#picture, this.#pixels, this.#tint, this.#colours]) kept?.close();
        });
    }

    /** Show a changed scene, soon. @param {Partial<Scene>} part */
    show(part) {
        const was = this.#scene;
        this.#scene = {...was, ...part};
        const {picture, preview, steps, hover} = this.#scene;
        if (picture !== was.picture) this.#takePicture(was.picture);
        if (preview !== was.preview) this.#takePreview();
        if (preview !== was.preview) this.#shown = new Set(steps);
        if (hover !== was.hover && hover) this.#hoverPath = outlineOf(hover);
        if (STILL.some(key => this.#scene[key] !== was[key])) this.#version++;
        this.#request();
    }

    /** Change what part of the picture shows, and how large. @param {(camera: Camera, stage: Stage) => Camera} change */
    look(change) {
        if (!this.#scene.picture || !this.#size.width) return;
        this.#camera = change(this.#camera, this.#stage);
        clearTimeout(this.#resting);
        this.#resting = setTimeout(() => {
            this.#resting = 0;
            this.#redraw();
        }, REST_MS);
        this.#redraw();
        this.onView?.();
    }

    get camera() { return this.#camera; }
    get picture() { return this.#scene.picture; }

    /** Where the picture lies now. @returns {View} */
    get view() {
        return viewOf(this.#camera, this.#stage);
    }

    /** Device pixels per picture pixel, in percent. */
    get percent() {
        return this.#size.width ? percentOf(this.#camera, this.#stage) : 100;
    }

    /** The point of the canvas under the pointer, CSS pixels. @param {{clientX: number, clientY: number}} event @returns {Point} */
    canvasPoint({clientX, clientY}) {
        return fromClient(this.#canvas.getBoundingClientRect(), this.#size, {x: clientX, y: clientY});
    }

    /** The picture pixel in the middle of the canvas, or the nearest. @returns {Point} */
    get middle() {
        return toPicture(this.view, {x: this.#size.width / 2, y: this.#size.height / 2});
    }

    /** CSS pixels of the canvas. @param {Point} point picture pixels @returns {Point} */
    onCanvas(point) {
        return toCanvas(this.view, point);
    }

    /** The picture pixel under the pointer. @param {{clientX: number, clientY: number}} event @returns {Point} */
    pointAt(event) {
        return toPicture(this.view, this.canvasPoint(event));
    }

    /** Client coordinates of a picture pixel. @param {Point} point @returns {Point} */
    toPage(point) {
        return toClient(this.#canvas.getBoundingClientRect(), this.#size, toCanvas(this.view, point));
    }

    /** @returns {Stage} */
    get #stage() {
        const picture = this.#scene.picture ?? {width: 1, height: 1};
        const {frame} = this.#scene;
        return {picture, extent: withMargin(extentOf(picture, frame), frame ? MARGIN : 0), canvas: this.#size, ratio: this.#ratio};
    }

    /** @param {Decoded | null} was */
    #takePicture(was) {
        const {picture} = this.#scene;
        if (was?.width !== picture?.width || was?.height !== picture?.height) this.#camera = null; // rounds on one picture keep the view
        this.#picture?.close();
        this.#pixels?.close();
        this.#pixels = picture && new PicturePixels(picture, this.wholePicture);
        this.#picture = picture && this.#pixels && new Tiles(picture, this.#pixels.read, () => this.#redraw());
        this.onView?.();
    }

    #takePreview() {
        const {preview} = this.#scene;
        this.#tint?.close();
        this.#tint = preview && new Tiles(preview.mask, tintPixels(preview.mask), () => this.#redraw());
    }

    /** Take as many whole device pixels as fit into the parent. */
    #measure() {
        const {clientWidth, clientHeight} = this.#holder;
        const ratio = this.#ratio = devicePixelRatio;
        const {width, height} = this.#device = deviceSize({width: clientWidth, height: clientHeight}, ratio);
        this.#size = clientWidth ? {width: width / ratio, height: height / ratio} : {width: 0, height: 0};
        Object.assign(this.#canvas.style, {width: `${width / ratio}px`, height: `${height / ratio}px`});
        this.#redraw();
        this.onView?.();
    }

    #redraw() {
        this.#version++;
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
        const [context, device] = [this.#context, this.#device];
        if (this.#canvas.width !== device.width || this.#canvas.height !== device.height) Object.assign(this.#canvas, device);
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, device.width, device.height);
        if (!this.#scene.picture) return;
        if (this.#resting) this.#paintStill(context);
        else context.drawImage(this.#still.drawn(this.#version, device, layer => this.#paintStill(layer)), 0, 0);
        this.#inCssPixels(context);
        this.#paintMoving(context, this.view);
    }

    /** What changes with the selection and the view. @param {CanvasRenderingContext2D} context */
    #paintStill(context) {
        const {preview, steps, stale, part, contextBox} = this.#scene;
        const view = this.view;
        this.#paintPicture(context);
        const pending = steps.filter(marks.isDrawn).filter(step => !this.#shown.has(step));
        if (preview) this.#paintTint(context, preview, stale && !pending.length ? marks.TINT.stale : 1);
        this.#inCssPixels(context);
        if (preview) {
            marks.drawDashed(context, this.#outline.path(preview, view, this.#size, this.#ratio, this.#resting > 0), 1.3);
            marks.drawParts(context, view, preview.header.parts, part);
        }
        for (const step of pending) this.#paintDrawn(context, view, {...step, points: marks.pointsOf(step)});
        for (const step of steps) marks.drawStep(context, view, step);
        if (this.#scene.frame) marks.drawHandles(context, view, extentOf(this.#stage.picture, this.#scene.frame));
        if (contextBox) marks.drawContext(context, view, contextBox);
    }

    /** @param {CanvasRenderingContext2D} context */
    #paintPicture(context) {
        const place = this.#place({x: 0, y: 0});
        if (this.#scene.frame) marks.drawPaper(context, place, extentOf(this.#stage.picture, this.#scene.frame));
        context.imageSmoothingEnabled = place.scale <= SQUARES;
        this.#picture?.draw(context, place, this.#device, this.#resting > 0);
        if (place.scale >= GRID) marks.drawPixelGrid(context, place, this.#stage.picture, this.#device);
    }

    /** The mask, and the colours that were painted in it. @param {CanvasRenderingContext2D} context @param {Preview} preview @param {number} opacity */
    #paintTint(context, preview, opacity) {
        const place = this.#place({x: preview.header.box[0], y: preview.header.box[1]});
        context.imageSmoothingEnabled = place.scale <= SQUARES;
        context.globalAlpha = opacity;
        this.#tint?.draw(context, place, this.#device, this.#resting > 0);
        context.globalAlpha = 1;
        this.#colours.draw(context, this.#scene.steps.filter(step => this.#shown.has(step)), preview, {view: this.view, place, device: this.#device,
            ratio: this.#ratio, moves: this.#resting > 0, picture: this.#stage.picture, bare: () => this.#barePattern(context)});
    }

    /** What changes with the pointer. @param {CanvasRenderingContext2D} context @param {View} view */
    #paintMoving(context, view) {
        const {draft, crosshair, ring, hover, highlight, steps} = this.#scene;
        for (const at of highlight) if (steps[at]) marks.drawHighlight(context, view, steps[at]);
        if (hover) marks.drawHover(context, onCanvas(this.#hoverPath, view));
        if (draft && draft.kind !== "box") this.#paintDrawn(context, view, draft);
        if (draft) marks.drawDraft(context, view, draft);
        if (crosshair) marks.drawCrosshair(context, toCanvas(view, crosshair));
        if (ring) marks.drawRing(context, toCanvas(view, ring.at), ring.radius * view.scale);
    }

    /**
     * A stroke or lasso as it will look: tinted, or the bare picture again.
     * @param {CanvasRenderingContext2D} context @param {View} view @param {Parameters<typeof marks.drawArea>[2]} drawn
     */
    #paintDrawn(context, view, drawn) {
        marks.drawArea(context, view, drawn, this.#stage.picture, this.#barePattern(context));
    }

    /** @param {CanvasRenderingContext2D} context */
    #barePattern(context) {
        const bare = this.#bare.drawn(this.#version, this.#device, layer => this.#paintPicture(layer));
        const pattern = /** @type {CanvasPattern} */ (context.createPattern(bare, "no-repeat")); // only an image can be null
        pattern.setTransform(new DOMMatrix().scale(1 / this.#ratio));
        return pattern;
    }

    /** @param {CanvasRenderingContext2D} context */
    #inCssPixels(context) {
        context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    }

    /** Where a picture pixel's corner lies on the device. @param {Point} corner @returns {import("./tiles.mjs").Place} */
    #place(corner) {
        const at = toCanvas(this.view, corner);
        return {scale: this.view.scale * this.#ratio, x: at.x * this.#ratio, y: at.y * this.#ratio};
    }
}
