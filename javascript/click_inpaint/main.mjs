// Builds the page into the place that the tab keeps for it, and wires its parts together.

import * as host from "./host.mjs";
import * as states from "./state.mjs";
import {App, sentenceOf} from "./app.mjs";
import {CanvasView} from "./canvas.mjs";
import {Client} from "./client.mjs";
import {Controls} from "./controls.mjs";
import {Crosshair} from "./crosshair.mjs";
import {element, icon} from "./dom.mjs";
import {fileInput, onDrop, onPaste} from "./intake.mjs";
import {onKeys} from "./keyboard.mjs";
import {Models} from "./models.mjs";
import {onPointer} from "./pointer.mjs";
import {StatusLine} from "./status.mjs";
import {text} from "./text.mjs";

const FOLLOW_MS = 80;

/** Ends what an earlier start left listening. */
let running = new AbortController();

/** Build the page, where the host has our tab. It may be called again on a fresh page. */
export function start() {
    const root = host.findRoot();
    if (!root) return;
    running.abort();
    running = new AbortController();
    addStyle(root);
    build(root, running.signal);
}

/** The sheet that comes with these modules, beside the place where they build. @param {HTMLElement} root */
function addStyle(root) {
    const href = new URL("panel.css", import.meta.url).href;
    if (![...document.querySelectorAll("link.click-inpaint")].some(link => link.href === href)) {
        root.before(element("link", {rel: "stylesheet", class: "click-inpaint", href}));
    }
}

/** @param {HTMLElement} root @param {AbortSignal} signal */
function build(root, signal) {
    /** @type {App} */
    let app;
    const taken = {
        file: blob => app.open(blob),
        address: address => app.openAddress(address),
        nothing: () => status.error(text("noPictureHere")),
    };
    const input = fileInput(taken);
    const controls = new Controls(actions(() => app, input));
    const status = new StatusLine();
    const stage = buildStage(() => input.click());
    const plan = element("p", {class: "ci-plan", title: text("planTip")});
    const legend = element("p", {class: "ci-legend"}, text(matchMedia("(pointer: coarse)").matches ? "legendTouch" : "legendMouse"));
    const client = new Client(new URL("../", import.meta.url), {token: root.dataset.token});
    const models = new Models({client, arrived: () => app.loadStatus(), sentenceOf}, signal);
    root.replaceChildren(controls.bar(), stage.box, element("div", {class: "ci-foot"}, status.line, plan), legend,
        controls.panel(), models.section, input);

    const view = new CanvasView(stage.canvas, signal);
    app = new App({client, view, controls, status, showPicture: picture => showPicture(root, stage, picture), showPlan: preview => {
        plan.textContent = preview ? planOf(preview.header) : "";
    }});
    listen(root, stage.canvas, app, view, models, taken, signal);
    expose(app, view);
}

/** @param {() => App} app @param {HTMLInputElement} input @returns {import("./controls.mjs").Actions} */
function actions(app, input) {
    return {
        open: () => input.click(),
        useResult: () => app().useResult(),
        send: () => app().send(),
        undo: () => app().change(states.undo),
        redo: () => app().change(states.redo),
        invert: () => app().change(states.invert),
        clear: () => app().change(states.clear),
        settle: () => app().change(states.settle),
        refine: (part, gesture) => app().change(state => states.setRefine(state, part, gesture), gesture),
        area: (part, gesture) => app().change(state => states.setArea(state, part, gesture), gesture),
        checkpoint: name => app().change(state => states.setCheckpoint(state, name)),
        fill: name => app().change(state => states.setFill(state, name)),
        match: match => app().change(state => states.setBlend(state, {match})),
        segmenter: name => app().change(state => states.setSegmenter(state, name)),
    };
}

/** The canvas, and what stands there before a picture does. @param {() => void} ask for a picture */
function buildStage(ask) {
    const canvas = element("canvas", {class: "ci-canvas", tabIndex: 0, role: "application", "aria-label": text("canvas")});
    const empty = element("button", {type: "button", class: "ci-empty", onclick: ask}, icon("picture"),
        element("strong", {}, text("emptyTitle")), element("span", {}, text("emptyMore")), element("small", {}, text("emptyThen")));
    const drop = element("div", {class: "ci-drop", "aria-hidden": "true"}, text("dropHere"));
    return {canvas, box: element("div", {class: "ci-stage"}, canvas, empty, drop)};
}

function showPicture(root, stage, picture) {
    root.classList.toggle("ci-has-picture", picture !== null);
    stage.canvas.tabIndex = picture ? 0 : -1;
    if (picture) stage.box.style.setProperty("--ci-aspect", picture.width / picture.height);
}

/** @param {import("./mask.mjs").Header} header */
function planOf({crop: [x0, y0, x1, y1], working: [width, height]}) {
    return text("plan", {crop: `${x1 - x0}×${y1 - y0}`, working: `${width}×${height}`});
}

/**
 * @param {HTMLElement} root @param {HTMLCanvasElement} canvas @param {App} app @param {CanvasView} view
 * @param {Models} models
 */
function listen(root, canvas, app, view, models, taken, signal) {
    const crosshair = new Crosshair(view);
    const giveUp = onPointer(canvas, event => view.pointAt(event), {
        click: (point, how) => app.click(point, how),
        box: (a, b) => app.box(a, b),
        drag: (a, b) => app.drag(a, b),
    });
    onKeys(root, canvas, {
        undo: () => app.change(states.undo),
        redo: () => app.change(states.redo),
        escape: () => giveUp() || dropped(app),
        move: (across, down, fine) => app.picture && crosshair.move(app.picture, across, down, fine),
        press: how => crosshair.at ? app.click(crosshair.at, how) : app.picture && crosshair.move(app.picture, 0, 0, true),
    }, signal);
    for (const kind of ["blur", "pointerdown"]) canvas.addEventListener(kind, () => crosshair.hide());
    onDrop(root, taken);
    onPaste(() => root.offsetParent !== null, taken, signal);
    follow(app, models, signal);
}

/** Keep up with the host: the chosen tab, the size, Generate. @param {App} app @param {Models} models @param {AbortSignal} signal */
function follow(app, models, signal) {
    let chosen = false;
    let area = "";
    const sync = () => {
        const was = {chosen, area};
        chosen = host.isOurTabChosen();
        area = JSON.stringify(host.workingArea());
        app.write();
        if (chosen && !was.chosen) app.loadStatus();
        if (chosen && !was.chosen) models.load();
        if (chosen && (!was.chosen || area !== was.area)) app.refresh(FOLLOW_MS);
    };
    host.onTabs(sync, signal);
    host.onSize(sync, signal);
    host.beforeGenerate(sync, signal);
    window.addEventListener("focus", () => chosen && app.refresh(), {signal}); // after a login elsewhere
    sync();
}

/** @param {App} app @returns {boolean} whether there was a selection */
function dropped(app) {
    const before = app.state;
    app.change(states.clear);
    return app.state !== before;
}

/** A window for tests to look through. @param {App} app @param {CanvasView} view */
function expose(app, view) {
    window.clickInpaint = Object.freeze({
        state: () => structuredClone({...app.state, stale: app.isStale}),
        preview: () => app.preview && structuredClone(app.preview.header),
        toPage: (x, y) => view.toPage({x, y}),
        open: blob => app.open(blob),
    });
}
