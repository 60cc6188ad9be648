// Builds the page into the place that the tab keeps for it, and wires its parts together: what comes later knows what came
// before, never the other way round.

import * as colours from "./edit/colours.mjs";
import {setDamage, setFrame} from "./edit/areas.mjs";
import * as host from "./host/page.mjs";
import * as states from "./edit/state.mjs";
import * as values from "./host/values.mjs";
import {Client} from "./server/client.mjs";
import {Controls} from "./panel/controls.mjs";
import {element} from "./dom/element.mjs";
import {Echo} from "./panel/echo.mjs";
import {Editor} from "./workspace/editor.mjs";
import {FilePicker, onDrop, onPaste} from "./pictures/intake.mjs";
import {Dismissed} from "./store/dismissed.mjs";
import {HintLine} from "./panel/hints.mjs";
import {Messages, sentenceOf} from "./store/messages.mjs";
import {Models} from "./panel/models.mjs";
import {NamedMaskList} from "./panel/named_masks.mjs";
import {PromptBar} from "./workspace/prompt_bar.mjs";
import {PromptLines} from "./panel/prompts.mjs";
import {StatusLine} from "./panel/status.mjs";
import {StepList} from "./panel/steps.mjs";
import {ExtendRow, RepairRow, TaskRow, eraseButton} from "./panel/tasks.mjs";
import * as tasking from "./workspace/tasking.mjs";
import {Storage} from "./pictures/storage.mjs";
import {Store} from "./store/store.mjs";
import {Workspace} from "./workspace/workspace.mjs";
import {showEdges} from "./workspace/edges.mjs";
import {buildStage, followPicture} from "./workspace/stage.mjs";
import {foldTokens} from "./host/tokens.mjs";
import {followHost} from "./workspace/host_sync.mjs";
import {toggle} from "./panel/widgets.mjs";
import {Tools} from "./tools/tools.mjs";
import {supply} from "./workspace/supply.mjs";
import {text} from "./text/text.mjs";

const SHEETS = ["said.css", "panel.css", "models.css", "workspace.css", "rounds.css", "tools.css", "colours.css", "menus.css", "tasks.css"]
    .map(name => `styles/${name}`);

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
        if (!document.querySelector(`link.click-inpaint[href="${href}"]`)) {
            root.before(element("link", {rel: "stylesheet", class: "click-inpaint", href}));
        }
    }
}

/** @param {HTMLElement} root @param {AbortSignal} signal */
function build(root, signal) {
    const client = new Client(new URL("../", import.meta.url), {token: root.dataset.token});
    const storage = new Storage();
    const store = new Store(client, new Messages(), id => storage.picture(id));
    const workspace = new Workspace({store, client, storage}, signal);
    const pictures = new FilePicker(file => workspace.intake.file(file));
    const masks = new FilePicker((file, how) => workspace.transfer.loadMask(file, how));
    const stage = buildStage(() => pictures.ask());
    stage.box.append(workspace.comparison);
    stage.place.append(workspace.offer);
    const tools = new Tools();
    const editor = new Editor({root, canvas: stage.canvas, stage: stage.place, store, client, tools, undo: () => workspace.undo()}, signal);
    showEdges(stage.canvas, store, editor.view);
    const steps = new StepList(store, highlight => editor.view.show({highlight}));
    const tasks = new TaskRow(store, name => {
        if (name === "add" && !store.isSelected) tools.take("brush");
        return tasking.begin(store, name);
    });
    tasks.box.append(eraseButton(store, () => void workspace.erasing.erase()), new ExtendRow(store, (sides, gesture) => store.change(state => setFrame(state, sides, gesture), gesture), () => store.change(states.settle)).box);
    tasks.box.append(new RepairRow(store, (asked, gesture) => store.change(state => setDamage(state, asked, gesture), gesture), () => store.change(states.settle)).box);
    const dismissed = new Dismissed();
    const hints = new HintLine(store, {read: values.readValues, apply: set => tasking.apply(store, set),
        extendIn: rounds => workspace.keeping.extendIn(rounds), setArea: part => store.change(state => states.setArea(state, part)), goToPrompt: values.goToPrompt,
        dismissed});
    const models = new Models({client, arrived: () => store.loadStatus(), sentenceOf, dismissed}, signal);
    const kept = [toggle("resultsKeep", workspace.keeping.withResult), new NamedMaskList(workspace.masks, store).section];
    const controls = new Controls(store, actions({store, workspace, pictures, masks}), {kept, folded: [models.section, editor.help]}, signal);
    const prompts = new PromptLines(store, part => editor.view.show({part}));
    const {bar, line, offer, plan} = new StatusLine(store, tools, () => store.change(state => states.setArea(state, {mode: "each"})));
    stage.place.before(element("div", {class: "ci-head"}, line, bar)); // in the editor, so that the full screen says it too
    editor.views.prepend(controls.history());
    editor.box.prepend(new PromptBar(signal).box);
    editor.box.append(element("div", {class: "ci-foot"}, offer, plan), controls.bar());
    root.replaceChildren(editor.box, models.offers, models.said, editor.hint, tasks.box, hints.box, workspace.notice.box, steps.section,
        workspace.rounds.section, controls.panel(prompts.section), versionOf(root), pictures.input);
    root.after(new Echo(line, store.messages, signal).box);
    tasking.followDenoising(store, signal);
    values.onValues(() => hints.look(), signal);
    host.onUpdate(() => hints.look(), signal); // pasted parameters have no event
    foldTokens(signal);
    const begun = workspace.begin(signal);
    followPicture(root, stage, store, {editor: editor.box, begun});
    onDrop(root, workspace.intake);
    onPaste(() => root.offsetParent !== null, workspace.intake, signal);
    followHost(store, {
        chosen: () => {
            store.loadStatus();
            models.load();
        },
        tool: () => tools.now.tool,
        supply: () => supply({store, client, storage}),
        started: edit => workspace.rounds.expect(edit),
    }, signal);
    expose(store, editor.view, begun);
}

/** A quiet line at the foot of the panel, for whoever reports something. @param {HTMLElement} root */
function versionOf({dataset: {version = ""}}) {
    return element("p", {class: "ci-note ci-version", hidden: !version}, text("version", {version}));
}

/**
 * What the controls do.
 * @param {{store: Store, workspace: Workspace, pictures: FilePicker<undefined>, masks: FilePicker<import("./panel/controls.mjs").Loading>}} parts
 * @returns {import("./panel/controls.mjs").Actions}
 */
function actions({store, workspace, pictures, masks}) {
    const {transfer} = workspace;
    return {
        open: () => pictures.ask(),
        useResult: () => transfer.useResult(),
        compare: () => store.attempt(() => workspace.compare()),
        loadMask: how => masks.ask(how),
        saveMask: () => transfer.saveMask(),
        copyMask: () => transfer.copyMask(),
        send: () => transfer.send(),
        undo: () => workspace.undo(),
        leadsBack: () => workspace.erasing.leadsBack,
        redo: () => store.change(states.redo),
        invert: () => store.change(states.invert),
        clear: () => store.change(states.clear),
        settle: () => store.change(states.settle),
        refine: (part, gesture) => store.change(state => states.setRefine(state, part, gesture), gesture),
        area: (part, gesture) => store.change(state => states.setArea(state, part, gesture), gesture),
        checkpoint: name => {
            store.change(state => states.setModels(state, {checkpoint: name}));
            store.loadStatus(); // the person may have changed checkpoint in the host since, and with it what this one means
        },
        fill: name => store.change(state => colours.setFill(state, name)),
        fillColour: (colour, gesture) => store.change(state => colours.setFillColour(state, colour, gesture), gesture),
        tint: (colour, gesture) => store.change(state => colours.setTint(state, colour, gesture), gesture),
        tintAmount: (amount, gesture) => store.change(state => colours.setTintAmount(state, amount, gesture), gesture),
        match: match => store.change(state => states.setBlend(state, {match})),
        upscaler: name => store.change(state => states.setModels(state, {upscaler: name})),
        segmenter: name => store.change(state => states.setSegmenter(state, name)),
    };
}

/**
 * A window for tests and the workbench's demo to look through.
 * @param {Store} store @param {import("./canvas/canvas.mjs").CanvasView} view
 * @param {Promise<boolean>} begun  whether a picture of before a reload has come back
 */
function expose(store, view, begun) {
    window.clickInpaint = Object.freeze({
        begun,
        state: () => structuredClone({...store.state, stale: store.isStale}),
        preview: () => store.preview && structuredClone(store.preview.header),
        toPage: (/** @type {number} */ x, /** @type {number} */ y) => view.toPage({x, y}),
        open: (/** @type {Blob} */ blob) => store.open(blob),
    });
}
