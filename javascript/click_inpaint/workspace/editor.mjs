// The canvas with all that belongs to it: tools, gestures, keys, the view, and hovering.

import * as states from "../edit/state.mjs";
import * as views from "../edit/view.mjs";
import {CanvasView} from "../canvas/canvas.mjs";
import {Refused, Unreachable} from "../server/client.mjs";
import {Crosshair} from "../tools/crosshair.mjs";
import {element} from "../dom/element.mjs";
import {Focus} from "../dom/focus.mjs";
import {enterFull, isFull, leaveFull} from "../dom/fullscreen.mjs";
import {contains} from "../edit/geometry.mjs";
import {areaGestures, areaOptions, followWand} from "./areas.mjs";
import {edgeGesture, shownFrame} from "./edges.mjs";
import {begin} from "../tools/gestures.mjs";
import {Hover, QUICK_MS} from "../tools/hover.mjs";
import {onKeys} from "../tools/keyboard.mjs";
import {Legend} from "../tools/legend.mjs";
import {onPointer} from "../tools/pointer.mjs";
import {Polygon} from "../tools/polygon.mjs";
import {ToolBar, ViewBar} from "../tools/toolbar.mjs";
import {colourGestures} from "./colours.mjs";
import {onWheel} from "../tools/wheel.mjs";

/** @typedef {import("../edit/geometry.mjs").Point} Point */
/** @typedef {import("../tools/gestures.mjs").Press} Press */
/**
 * @typedef {object} Parts
 * @property {HTMLElement} root  the whole page of ours
 * @property {HTMLCanvasElement} canvas @property {HTMLElement} stage  that holds the canvas
 * @property {import("../store/store.mjs").Store} store @property {import("../server/client.mjs").Client} client
 * @property {import("../tools/tools.mjs").Tools} tools @property {() => void} undo
 */

export class Editor {
    view;
    box;
    hint;
    views;
    help;
    #store;
    #client;
    #canvas;
    #tools;
    #toolBar;
    #viewBar;
    #legend = new Legend();
    #crosshair;
    #polygon = new Polygon(draft => this.view.show({draft}), (corners, mode) => this.#store.lasso(corners, mode));
    #hover = new Hover(point => this.#askHover(point), hover => this.view.show({hover}));
    #focus;
    #space = {held: false, used: false};
    /** The picture that tools and hovering are set for. @type {import("../pictures/picture.mjs").Decoded | null} */
    #picture = null;
    /** Where the pointer is, picture pixels. @type {Point | null} */
    #at = null;
    #giveUp;
    #undo;

    /** @param {Parts} parts @param {AbortSignal} signal */
    constructor({root, canvas, stage, store, client, tools, undo}, signal) {
        this.#undo = undo;
        this.#store = store;
        this.#client = client;
        this.#tools = tools;
        this.#canvas = canvas;
        this.view = new CanvasView(canvas, signal);
        this.#focus = new Focus(root, canvas, signal);
        this.#crosshair = new Crosshair(this.view);
        this.#toolBar = new ToolBar(this.#tools, {
            hover: on => this.#tools.setHover(on), legend: () => this.#legend.open(), options: areaOptions(store, this.#tools),
        }, signal);
        this.#viewBar = new ViewBar({
            zoom: direction => this.view.look((camera, at) => views.zoomedStep(camera, at, direction)),
            fit: () => this.view.look(() => null),
            actual: () => this.view.look(views.actualSize),
            fullscreen: () => this.#toggleFull(),
            walk: delta => store.walk(delta),
        }, this.#toolBar.newObject);
        this.hint = this.#toolBar.hint;
        this.views = this.#viewBar.row;
        this.help = this.#toolBar.help;
        this.box = element("div", {class: "ci-editor"}, this.#toolBar.row, stage, this.#viewBar.row, this.#legend.dialog);
        this.#giveUp = this.#listen(signal);
        store.follow(() => this.#follow());
        tools.follow(() => this.#toolChanged());
    }

    /** @param {AbortSignal} signal @returns {() => boolean} gives up what is being drawn; false where nothing is */
    #listen(signal) {
        const {view} = this;
        view.onView = () => this.#showView();
        view.wholePicture = () => this.#wholePicture();
        onWheel(this.#canvas, {
            zoom: (factor, event) => view.look((camera, at) => views.zoomedBy(camera, at, factor, view.canvasPoint(event))),
            pan: (across, down) => view.look((camera, at) => views.pannedBy(camera, at, across, down)),
            walk: delta => this.#store.walk(delta),
        });
        onKeys(this.#focus, this.#canvas, this.#keyHandler(), signal);
        for (const kind of ["blur", "pointerdown"]) this.#canvas.addEventListener(kind, () => this.#crosshair.hide());
        signal.addEventListener("abort", () => this.#hover.turn(false));
        return onPointer(this.#canvas, this.#pointerHandler()).giveUp;
    }

    /** @returns {import("../tools/pointer.mjs").PointerHandler} */
    #pointerHandler() {
        return {
            begin: (press, tool) => this.#begin(press, tool || this.#tools.now.tool),
            over: () => this.view.show({draft: this.#polygon.draft}),
            pan: (across, down) => {
                this.#space.used = true;
                this.view.look((camera, at) => views.pannedBy(camera, at, across, down));
            },
            pinch: before => {
                const {camera} = this.view; // measured from where it began, nothing is lost on the way
                return now => this.view.look((_, at) => views.pinched(camera, at, before, now));
            },
            moved: (point, pressed) => this.#point(point, pressed),
            grabs: () => this.#space.held,
            pointAt: event => this.view.pointAt(event),
            canvasPoint: event => this.view.canvasPoint(event),
        };
    }

    /** @returns {import("../tools/keyboard.mjs").KeyHandler} */
    #keyHandler() {
        return {
            undo: () => this.#polygon.back() || this.#undo(),
            redo: () => this.#store.change(states.redo),
            escape: () => this.#giveUp() || this.#polygon.giveUp() || this.#crosshair.giveUp() || leaveFull(this.box) || this.#store.change(states.clear),
            move: (across, down, fine) => {
                this.#crosshair.move(across, down, fine);
                this.#polygon.toward(this.#crosshair.at);
            },
            press: how => this.#press(how),
            grab: () => this.#space.held || this.#holdSpace(true), // the key repeats
            letGo: () => this.#holdSpace(false),
            letter: (letter, shift) => this.#letter(letter, shift),
        };
    }

    /** Enter: presses at the crosshair, or closes the polygon that a mouse has drawn. @param {{include: boolean, newObject: boolean}} how */
    #press({include, newObject}) {
        if (this.#polygon.isDrawing && !this.#crosshair.at) return this.#polygon.close();
        this.#crosshair.press(point => this.#begin({point, takesAway: !include, newObject}), this.#tools.needsPoint);
    }

    /** @param {Press} press @param {import("../tools/tools.mjs").Tool} [tool] */
    #begin(press, tool = this.#tools.now.tool) {
        const [store, {picture}] = [this.#store, this.view];
        if (!picture) return null;
        this.#hover.forget();
        return edgeGesture(store, this.view, press) ?? begin(tool, press, {
            picture,
            scale: this.view.view.scale,
            radius: this.#tools.now.radius,
            show: draft => this.view.show({draft}),
            click: (point, how) => {
                const newObject = how.newObject || this.#tools.now.newObject;
                if (store.click(point, {...how, newObject})) this.#tools.startObject(false);
            },
            box: (a, b) => store.box(a, b),
            stroke: (points, radius, mode) => store.stroke(points, radius, mode),
            lasso: (points, mode) => store.lasso(points, mode),
            polygon: this.#polygon,
            ...areaGestures(store, this.#tools, picture),
            ...colourGestures(store, this.#tools, picture),
        });
    }

    /** The pointer is there, or nowhere. @param {import("../edit/geometry.mjs").Point | null} point @param {boolean} [pressed] */
    #point(point, pressed = false) {
        const {picture} = this.view;
        this.view.show({ring: point && this.#tools.isBrush ? {at: point, radius: this.#tools.now.radius} : null});
        const looks = point && picture && contains(picture, point) && !pressed && this.#tools.now.tool === "point";
        this.#hover.at(looks ? point : null);
        this.#polygon.toward(point);
        this.#at = point;
    }

    /** @param {boolean} held @returns what it was until now */
    #holdSpace(held) {
        const was = this.#space;
        this.#space = {held, used: false};
        this.#canvas.classList.toggle("ci-grabs", held);
        return was;
    }

    /** @param {string} letter @param {boolean} shift @returns {boolean} whether the key does something */
    #letter(letter, shift) {
        const {view} = this;
        if (letter === "backspace") return this.#polygon.back();
        const take = (/** @type {import("../tools/tools.mjs").Tool} */ first) => shift ? this.#tools.takeNext(first) : this.#tools.take(first);
        /** @type {Record<string, () => void>} */
        const actions = {
            v: () => take("point"),
            m: () => take("box"),
            b: () => take("brush"),
            e: () => take("eraser"),
            l: () => take("lasso"),
            i: () => this.#tools.pick(!this.#tools.now.picks),
            n: () => this.#tools.startObject(!this.#tools.now.newObject),
            h: () => this.#tools.setHover(!this.#hovers),
            c: () => this.#store.walk(shift ? -1 : 1),
            f: () => this.#toggleFull(),
            "[": () => this.#tools.resizeBy(-1),
            "]": () => this.#tools.resizeBy(1),
            "+": () => view.look((camera, at) => views.zoomedStep(camera, at, 1)),
            "=": () => view.look((camera, at) => views.zoomedStep(camera, at, 1)),
            "-": () => view.look((camera, at) => views.zoomedStep(camera, at, -1)),
            0: () => view.look(() => null),
            1: () => view.look((camera, at) => views.actualSize(camera, at, this.#under())),
            "?": () => this.#legend.open(),
        };
        actions[letter]?.();
        return letter in actions;
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
        const ms = hoverMsOf(this.#store);
        return this.#tools.now.hover ?? (ms !== null && ms <= QUICK_MS);
    }

    /** What a click would select. @param {Point} point */
    async #askHover(point) {
        const {edit, segmenter} = this.#store.state;
        if (!edit.image) return null;
        return this.#client.hover({image: edit.image, x: point.x, y: point.y, segmenter}).catch(error => {
            if (error instanceof Refused || error instanceof Unreachable) return null; // a click will show the message
            throw error;
        });
    }

    /** Decoded again from its file; null where that fails for lack of memory, or of an answer. */
    async #wholePicture() {
        const {source} = this.#store;
        if (!source) return null;
        try {
            return await createImageBitmap(source.shown, {imageOrientation: "from-image"});
        } catch (error) {
            console.warn("Click Inpaint: the picture shows reduced,", error);
            return null;
        }
    }

    #toolChanged() {
        this.#showTools();
        if (this.#tools.now.tool !== this.#canvas.dataset.tool) this.#crosshair.giveUp() || this.#polygon.giveUp(); // begun with another
        this.#canvas.dataset.tool = this.#tools.now.tool;
        this.#point(this.#at);
        this.#focus.rescue();
    }

    /** The Edit, the picture or the preview changed. */
    #follow() {
        const {picture, preview, isStale, state} = this.#store;
        this.view.show({picture, preview, stale: isStale, steps: state.edit.selection, contextBox: state.edit.area.context, frame: shownFrame(state)});
        if (this.view.picture !== this.#picture) this.#takePicture(this.view.picture);
        followWand(this.#store, this.#tools);
        this.#showTools();
        this.#showView();
    }

    /** @param {import("../pictures/picture.mjs").Decoded | null} picture */
    #takePicture(picture) {
        this.#picture = picture;
        this.#hover.forget();
        this.#polygon.giveUp();
        if (picture) this.#tools.suit(picture);
    }

    /** Show the tool in hand, and hover as its button says. */
    #showTools() {
        const hovers = this.#hovers;
        this.#hover.turn(hovers && this.#tools.now.tool === "point");
        this.#toolBar.show(hovers, this.#store.state.edit.area.context !== null);
    }

    #showView() {
        const objects = this.#store.preview?.header.objects ?? [];
        this.#viewBar.show({percent: this.view.percent, isWhole: this.view.camera === null, guesses: objects.at(-1) ?? null});
        this.#focus.rescue();
    }
}

/** Milliseconds that the server takes to answer a hover with the chosen segmenter; null where that is unknown. @param {import("../store/store.mjs").Store} store */
function hoverMsOf({server, state}) {
    const chosen = state.segmenter === "auto" ? server?.auto.segmenter : state.segmenter;
    return server?.segmenters.find(({name}) => name === chosen)?.hover_ms ?? null;
}
