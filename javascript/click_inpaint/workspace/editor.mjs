// The canvas with all that belongs to it: tools, gestures, keys, the view, the outline ahead.

import * as views from "../edit/view.mjs";
import {CanvasView} from "../canvas/canvas.mjs";
import {Refused, Unreachable} from "../server/client.mjs";
import {Crosshair} from "../tools/crosshair.mjs";
import {element} from "../dom/element.mjs";
import {Focus} from "../dom/focus.mjs";
import {enterFull, isFull, leaveFull} from "../dom/fullscreen.mjs";
import {contains} from "../edit/geometry.mjs";
import {begin} from "../tools/gestures.mjs";
import {Hover, QUICK_MS} from "../tools/hover.mjs";
import {onKeys} from "../tools/keyboard.mjs";
import {Legend} from "../tools/legend.mjs";
import {onPointer} from "../tools/pointer.mjs";
import {ToolBar, ViewBar} from "../tools/toolbar.mjs";
import {Tools} from "../tools/tools.mjs";
import {onWheel} from "../tools/wheel.mjs";

/** @typedef {import("../store/app.mjs").App} App */
/** @typedef {import("../tools/gestures.mjs").Press} Press */
/**
 * @typedef {object} Outside  what the editor knows of the rest of the page
 * @property {App} app
 * @property {import("../server/client.mjs").Client} client
 * @property {() => number | null} hoverMs  what an outline ahead takes the server, with the chosen segmenter
 * @property {() => void} undo @property {() => void} redo
 * @property {() => boolean} clear  false when nothing was selected
 */

export class Editor {
    view;
    box;
    #canvas;
    #signal;
    #tools = new Tools(() => this.#changed());
    #toolBar;
    #viewBar;
    #legend = new Legend();
    #crosshair;
    #hover = new Hover(point => this.#glance(point), hover => this.view.show({hover}));
    /** @type {Outside} */
    #outside;
    /** @type {Focus} */
    #focus;
    #space = {held: false, used: false};
    /** That tools and outlines are set for. @type {import("../pictures/picture.mjs").Decoded | null} */
    #picture = null;
    /** Where the pointer is, picture pixels. @type {import("../edit/geometry.mjs").Point | null} */
    #at = null;
    #giveUp = () => false;

    /** @param {HTMLCanvasElement} canvas @param {HTMLElement} stage  that holds it @param {AbortSignal} signal */
    constructor(canvas, stage, signal) {
        this.#canvas = canvas;
        this.#signal = signal;
        this.view = new CanvasView(canvas, signal);
        this.#crosshair = new Crosshair(this.view);
        this.#toolBar = new ToolBar(this.#tools, {hover: on => this.#tools.outlineAhead(on), legend: () => this.#legend.open()});
        this.#viewBar = new ViewBar({
            zoom: direction => this.view.look((camera, at) => views.zoomedStep(camera, at, direction)),
            fit: () => this.view.look(() => null),
            actual: () => this.view.look(views.actualSize),
            fullscreen: () => this.#toggleFull(),
            walk: delta => this.#outside.app.walk(delta),
        });
        this.hint = this.#toolBar.hint;
        this.box = element("div", {class: "ci-editor"}, this.#toolBar.row, stage, this.#viewBar.row, this.#legend.dialog);
    }

    /** Listen, once the rest of the page is there. @param {HTMLElement} root @param {Outside} outside */
    connect(root, outside) {
        this.#outside = outside;
        this.#focus = new Focus(root, this.#canvas, this.#signal);
        this.view.onView = () => this.#showView();
        this.view.wholePicture = () => this.#wholePicture();
        this.#giveUp = onPointer(this.#canvas, this.#meaning()).giveUp;
        onWheel(this.#canvas, {
            zoom: (factor, event) => this.view.look((camera, at) => views.zoomedBy(camera, at, factor, this.view.canvasPoint(event))),
            pan: (across, down) => this.view.look((camera, at) => views.pannedBy(camera, at, across, down)),
            walk: delta => outside.app.walk(delta),
        });
        onKeys(this.#focus, this.#canvas, this.#keys(), this.#signal);
        for (const kind of ["blur", "pointerdown"]) this.#canvas.addEventListener(kind, () => this.#crosshair.hide());
        this.#signal.addEventListener("abort", () => this.#hover.turn(false));
        outside.app.follow(() => this.#follow());
        this.#changed();
    }

    /** @returns {import("../tools/pointer.mjs").Meaning} */
    #meaning() {
        return {
            begin: (press, tool) => this.#begin(press, tool || this.#tools.now.tool),
            over: () => this.view.show({draft: null}),
            pan: (across, down) => {
                this.#space.used = true;
                this.view.look((camera, at) => views.pannedBy(camera, at, across, down));
            },
            pinch: before => {
                const {camera} = this.view; // measured from where it began, nothing is lost on the way
                return now => this.view.look((_, at) => views.pinched(camera, at, before, now));
            },
            there: (point, pressed) => this.#point(point, pressed),
            grabs: () => this.#space.held,
            pointAt: event => this.view.pointAt(event),
            canvasPoint: event => this.view.canvasPoint(event),
        };
    }

    /** @returns {import("../tools/keyboard.mjs").Keys} */
    #keys() {
        const {undo, redo, clear} = this.#outside;
        return {
            undo, redo,
            escape: () => this.#giveUp() || this.#crosshair.giveUp() || leaveFull(this.box) || clear(),
            move: (across, down, fine) => this.#crosshair.move(across, down, fine),
            press: ({include, newObject}) => this.#crosshair.press(
                point => this.#begin({point, takesAway: !include, newObject}), this.#tools.now.tool === "point"),
            grab: () => this.#space.held || this.#holdSpace(true), // the key repeats
            letGo: () => this.#holdSpace(false),
            letter: (letter, shift) => this.#letter(letter, shift),
        };
    }

    /** @param {Press} press @param {import("../tools/tools.mjs").Tool} [tool] */
    #begin(press, tool = this.#tools.now.tool) {
        const {app} = this.#outside;
        const {picture} = this.view;
        if (!picture) return null;
        this.#hover.forget();
        return begin(tool, press, {
            picture,
            scale: this.view.view.scale,
            radius: this.#tools.now.radius,
            show: draft => this.view.show({draft}),
            click: (point, how) => {
                if (!contains(picture, point)) return;
                app.click(point, {...how, newObject: how.newObject || this.#tools.now.newObject});
                this.#tools.startObject(false);
            },
            box: (a, b) => app.box(a, b),
            stroke: (points, radius, mode) => app.stroke(points, radius, mode),
            lasso: (points, mode) => app.lasso(points, mode),
        });
    }

    /** The pointer is there, or nowhere. @param {import("../edit/geometry.mjs").Point | null} point @param {boolean} [pressed] */
    #point(point, pressed = false) {
        const {picture} = this.view;
        this.view.show({ring: point && this.#tools.isBrush ? {at: point, radius: this.#tools.now.radius} : null});
        const looks = point && picture && contains(picture, point) && !pressed && this.#tools.now.tool === "point";
        this.#hover.at(looks ? point : null);
        this.#at = point;
    }

    /** @param {boolean} held @returns what it was until now */
    #holdSpace(held) {
        const was = this.#space;
        this.#space = {held, used: false};
        this.#canvas.classList.toggle("ci-grabs", held);
        return was;
    }

    #letter(letter, shift) {
        const {view} = this;
        const means = {
            v: () => this.#tools.take("point"),
            m: () => this.#tools.take("box"),
            b: () => this.#tools.take("brush"),
            e: () => this.#tools.take("eraser"),
            l: () => this.#tools.take("lasso"),
            n: () => this.#tools.startObject(!this.#tools.now.newObject),
            h: () => this.#tools.outlineAhead(!this.#hovers),
            c: () => this.#outside.app.walk(shift ? -1 : 1),
            f: () => this.#toggleFull(),
            "[": () => this.#tools.resizeBy(-1),
            "]": () => this.#tools.resizeBy(1),
            "+": () => view.look((camera, at) => views.zoomedStep(camera, at, 1)),
            "=": () => view.look((camera, at) => views.zoomedStep(camera, at, 1)),
            "-": () => view.look((camera, at) => views.zoomedStep(camera, at, -1)),
            0: () => view.look(() => null),
            1: () => view.look((camera, at) => views.actualSize(camera, at, this.#under())),
            "?": () => this.#legend.open(),
        }[letter];
        means?.();
        return means !== undefined;
    }

    /** The pointer's place on the canvas; undefined where it is elsewhere. */
    #under() {
        return this.#at ? this.view.onCanvas(this.#at) : undefined;
    }

    #toggleFull() {
        if (isFull(this.box)) leaveFull(this.box);
        else enterFull(this.box);
        this.#canvas.focus({preventScroll: true});
    }

    get #hovers() {
        const ms = this.#outside.hoverMs();
        return this.#tools.now.hover ?? (ms !== null && ms <= QUICK_MS);
    }

    /** What a click would select. */
    async #glance(point) {
        const {app, client} = this.#outside;
        const {edit, segmenter} = app.state;
        if (!edit.image) return null;
        return client.hover({image: edit.image, x: point.x, y: point.y, segmenter}).catch(error => {
            if (error instanceof Refused || error instanceof Unreachable) return null; // a click will say it
            throw error;
        });
    }

    /** Decoded again from its file; null where that fails for lack of memory, or of an answer. */
    async #wholePicture() {
        const {app, client} = this.#outside;
        const {source, state} = app;
        try {
            return await createImageBitmap(await source.file(client, state.edit.image), {imageOrientation: "from-image"});
        } catch (error) {
            console.warn("Click Inpaint: the picture shows reduced,", error);
            return null;
        }
    }

    /** The tool changed. */
    #changed() {
        if (!this.#outside) return;
        this.#showTools();
        if (this.#tools.now.tool !== this.#canvas.dataset.tool) this.#crosshair.giveUp(); // begun with another
        this.#canvas.dataset.tool = this.#tools.now.tool;
        this.#point(this.#at);
        this.#focus.rescue();
    }

    /** The Edit, the picture or the preview changed. */
    #follow() {
        if (this.view.picture !== this.#picture) this.#takePicture(this.view.picture);
        this.#showTools();
        this.#showView();
        this.#focus.rescue();
    }

    #takePicture(picture) {
        this.#picture = picture;
        this.#hover.forget();
        if (picture) this.#tools.suit(picture);
    }

    /** Outlines come ahead as the button says. */
    #showTools() {
        const hovers = this.#hovers;
        this.#hover.turn(hovers && this.#tools.now.tool === "point");
        this.#toolBar.show(hovers);
    }

    #showView() {
        const objects = this.#outside.app.preview?.header.objects ?? [];
        this.#viewBar.show({percent: this.view.percent, guesses: objects.at(-1) ?? null});
    }
}
