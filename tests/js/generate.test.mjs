import assert from "node:assert/strict";
import {test} from "node:test";
import {POINT, contentOf, held, pictureOf, rest, storeOf} from "./page.mjs";
import {Refused} from "../../javascript/click_inpaint/server/client.mjs";
import {lastFailure} from "../../javascript/click_inpaint/host/gallery.mjs";
import {followHost} from "../../javascript/click_inpaint/workspace/host_sync.mjs";

globalThis.Element = class { id = "img2img_generate"; };
globalThis.getComputedStyle = () => ({display: tab.shown ? "block" : "none"});
globalThis.MutationObserver = class { observe() {} disconnect() {} };
globalThis.window = new EventTarget();

const tab = {shown: true};

/** A page of the host's, with Generate; `pressed` counts the presses that the host gets. */
function pageOf(answers) {
    const listeners = [];
    const page = {...storeOf(answers), tool: "point", supplied: 0, pressed: 0, started: []};
    const press = () => {
        const event = {isStopped: false, composedPath: () => [new Element()], preventDefault() {}, stopImmediatePropagation() { this.isStopped = true; }};
        listeners.forEach(listener => event.isStopped || listener(event));
        page.pressed += event.isStopped ? 0 : 1;
    };
    const found = {"#img2img_click_inpaint_tab": {}, "#img2img_generate": {click: press}};
    globalThis.document = {querySelector: selector => found[selector] ?? null, activeElement: null,
        addEventListener: (kind, listener) => kind === "click" && listeners.push(listener)};
    tab.shown = true;
    page.supply = async() => { page.supplied++; return true; };
    followHost(page.store, {tool: () => page.tool, chosen() {}, supply: () => page.supply(), started: edit => page.started.push(edit.selection.length)}, new AbortController().signal);
    return {page, press: async() => (press(), await rest(), await rest())};
}

test("without a picture nothing is sent, however often Generate is pressed", async() => {
    const {page, press} = pageOf();
    await press();
    await press();
    assert.deepEqual([page.pressed, page.supplied, page.said.error], [0, 0, "Open a picture first."]);
});

test("with nothing selected nothing is sent, and a selection mends that", async() => {
    const {page, press} = pageOf();
    await page.store.open(pictureOf("a"));
    await press();
    assert.deepEqual([page.pressed, page.started, page.said.error], [0, [], "Click the object first."]);
    page.tool = "lasso";
    await press();
    assert.equal(page.said.error, "Nothing is selected. Draw around what you want to change.");
    page.store.click(...POINT);
    assert.equal(page.said.error, "");
    await press();
    assert.deepEqual([page.pressed, page.supplied, page.started, page.said.error], [1, 1, [1], ""]);
});

test("what the last job was refused for is no longer said when the next one is sent", async() => {
    const {page, press} = pageOf();
    await page.store.open(pictureOf("a"));
    page.store.click(...POINT);
    page.store.messages.error("The Web UI has no checkpoint “x”; choose another one, or “auto”.");
    await press();
    assert.deepEqual([page.pressed, page.said.error], [1, ""]);
});

test("presses while one is held are the same press", async() => {
    const {page, press} = pageOf();
    await page.store.open(pictureOf("a"));
    page.store.click(...POINT);
    const answer = held();
    page.supply = () => answer.promise;
    await press();
    await press();
    assert.equal(page.pressed, 0);
    answer.resolve(true);
    await rest();
    assert.equal(page.pressed, 1);
});

test("a job whose supply fails is sent all the same: the host says what is wrong", async() => {
    const {page, press} = pageOf();
    await page.store.open(pictureOf("a"));
    page.store.click(...POINT);
    page.supply = async() => false;
    await press();
    assert.equal(page.pressed, 1);
});

test("a picture that is on its way is waited for", async() => {
    const sent = held();
    const upload = async blob => {
        await sent.promise;
        return {image: `id of ${await contentOf(blob)}`, width: 10, height: 10, notes: []};
    };
    const {page, press} = pageOf({upload});
    const opened = page.store.open(pictureOf("a"));
    await rest();
    page.store.click(...POINT);
    await press();
    assert.equal(page.pressed, 0);
    sent.resolve();
    await opened;
    await rest();
    assert.deepEqual([page.pressed, page.supplied, page.said.error], [1, 1, ""]);
});

test("a picture that the server will not have is not sent with a job", async() => {
    const sent = held();
    const {page, press} = pageOf({upload: () => sent.promise});
    const opened = page.store.open(pictureOf("a"));
    await rest();
    page.store.click(...POINT);
    await press();
    sent.reject(new Refused("Too large.", 413));
    await opened;
    await rest();
    assert.deepEqual([page.pressed, page.supplied, page.started, page.said.error], [0, 0, [], "Too large."]);
});

test("while another tab is chosen its jobs go their way", async() => {
    const {page, press} = pageOf();
    tab.shown = false;
    await press();
    assert.deepEqual([page.pressed, page.said.error], [1, ""]);
});

test("what the host shows of a failure is read with its job, and nothing where all is well", () => {
    const said = [{text: "No a.", template: "No {name}.", values: {name: "a"}}];
    globalThis.document = {querySelector: selector => selector === "#html_log_img2img .click-inpaint-said"
        ? {dataset: {job: "1", said: JSON.stringify(said)}} : null};
    assert.deepEqual(lastFailure(), {job: "1", said});
    globalThis.document = {querySelector: () => null};
    assert.equal(lastFailure(), null);
});
