// Builds the page into the place that the tab keeps for it, and wires its parts together.

import * as host from "./host/page.mjs";
import * as states from "./edit/state.mjs";
import {App} from "./store/app.mjs";
import {Client} from "./server/client.mjs";
import {Controls} from "./panel/controls.mjs";
import {Workspace} from "./workspace/workspace.mjs";
import {element, icon} from "./dom/element.mjs";
import {Editor} from "./workspace/editor.mjs";
import {fileInput, onDrop, onPaste} from "./pictures/intake.mjs";
import {Models} from "./panel/models.mjs";
import {StatusLine, sentenceOf} from "./panel/status.mjs";
import {text} from "./text/text.mjs";

const FOLLOW_MS = 80;
const SHEETS = ["panel.css", "workspace.css", "rounds.css", "tools.css"].map(name => `styles/${name}`);

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

/** The sheets that come with these modules, beside the place where they build. @param {HTMLElement} root */
function addStyle(root) {
    for (const sheet of SHEETS) {
        const href = new URL(sheet, import.meta.url).href;
        if (![...document.querySelectorAll("link.click-inpaint")].some(link => link.href === href)) {
            root.before(element("link", {rel: "stylesheet", class: "click-inpaint", href}));
        }
    }
}

/** @param {HTMLElement} root @param {AbortSignal} signal */
function build(root, signal) {
    /** @type {App} */
    let app;
    /** @type {Workspace} */
    let workspace;
    const taken = {
        file: blob => workspace.transfer.openFile(blob),
        address: address => workspace.transfer.openAddress(address),
        nothing: () => status.error(text("noPictureHere")),
    };
    const input = fileInput(taken);
    const maskInput = fileInput({...taken, file: blob => workspace.transfer.loadMask(blob, maskInput.dataset.mode)});
    const controls = new Controls(actions(() => app, () => workspace, input, maskInput), signal);
    const status = new StatusLine();
    const stage = buildStage(() => input.click());
    const plan = element("p", {class: "ci-plan", title: text("planTip")});
    const client = new Client(new URL("../", import.meta.url), {token: root.dataset.token});
    const models = new Models({client, arrived: () => app.loadStatus(), sentenceOf}, signal);
    const editor = new Editor(stage.canvas, stage.box, signal);
    editor.box.append(element("div", {class: "ci-foot"}, status.bar, status.line, plan)); // also said on the full screen
    const {view} = editor;
    app = new App({client, view, controls, status, showPicture: picture => showPicture(root, stage, picture), showPlan: preview => {
        plan.textContent = preview ? planOf(preview.header) : "";
    }});
    workspace = new Workspace({app, client, controls, status, view, stage: stage.box}, signal);
    root.replaceChildren(controls.bar(), editor.box, editor.hint,
        workspace.notice.box, workspace.steps.section, workspace.rounds.section, controls.panel(), models.section, input);
    void workspace.begin(signal);
    editor.connect(root, {
        app, client,
        hoverMs: () => hoverMs(app),
        undo: () => app.change(states.undo),
        redo: () => app.change(states.redo),
        clear: () => dropped(app),
    });
    onDrop(root, taken);
    onPaste(() => root.offsetParent !== null, taken, signal);
    follow(app, models, signal);
    expose(app, view);
}

/**
 * @param {() => App} app @param {() => Workspace} workspace @param {HTMLInputElement} input @param {HTMLInputElement} maskInput
 * @returns {import("./panel/controls.mjs").Actions}
 */
function actions(app, workspace, input, maskInput) {
    const pickMask = mode => {
        maskInput.dataset.mode = mode;
        maskInput.click();
    };
    return {
        open: () => input.click(),
        useResult: () => workspace().transfer.useResult(),
        compare: () => app().attempt(() => workspace().compare()),
        loadMask: pickMask,
        saveMask: () => workspace().transfer.saveMask(),
        copyMask: () => workspace().transfer.copyMask(),
        send: () => workspace().transfer.send(),
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

/** @param {import("./edit/mask.mjs").Header} header */
function planOf({crop: [x0, y0, x1, y1], working: [width, height]}) {
    return text("plan", {crop: `${x1 - x0}×${y1 - y0}`, working: `${width}×${height}`});
}

/** What outlines ahead take the server, with the chosen segmenter. @param {App} app @returns {number | null} */
function hoverMs({server, state}) {
    const chosen = state.segmenter === "auto" ? server?.auto.segmenter : state.segmenter;
    return server?.segmenters.find(({name}) => name === chosen)?.hover_ms ?? null;
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

/** A window for tests to look through. @param {App} app @param {import("./canvas/canvas.mjs").CanvasView} view */
function expose(app, view) {
    window.clickInpaint = Object.freeze({
        state: () => structuredClone({...app.state, stale: app.isStale}),
        preview: () => app.preview && structuredClone(app.preview.header),
        toPage: (x, y) => view.toPage({x, y}),
        open: blob => app.open(blob),
    });
}
