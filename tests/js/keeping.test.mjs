import assert from "node:assert/strict";
import {beforeEach, test} from "node:test";
import {Keeping} from "../../javascript/click_inpaint/store/keeping.mjs";
import {Storage} from "../../javascript/click_inpaint/pictures/storage.mjs";
import {Switch} from "../../javascript/click_inpaint/store/remembered.mjs";
import * as states from "../../javascript/click_inpaint/edit/state.mjs";
import {POINT, held, pictureOf, previewOf, rest, storeOf} from "./page.mjs";

const STROKE = [[{x: 1, y: 1}, {x: 5, y: 1}], 3, "brush"];
/** What the browser remembers. @type {Map<string, string>} */
const remembered = new Map();

beforeEach(() => {
    remembered.clear();
    globalThis.localStorage = {getItem: key => remembered.get(key) ?? null, setItem: (key, value) => remembered.set(key, value)};
});

/** A picture with a stroke on it, and how selections on it go on. @param {Record<string, any>} [answers] */
async function drawnOn(answers) {
    const made = storeOf(answers);
    await made.store.open(pictureOf("a"));
    made.store.stroke(...STROKE);
    made.store.change(state => states.setRefine(state, {grow: 20}));
    await made.store.settled();
    return {...made, keeping: new Keeping({store: made.store, client: made.client, storage: new Storage()})};
}

test("an extension in rounds goes on from result to result, until the person chooses another frame", async() => {
    const {keeping, store} = await drawnOn();
    const [first, second, third] = [8, 16, 24].map(left => ({left, top: 0, right: 0, bottom: 0}));
    keeping.extendIn([first, second, third]);
    assert.deepEqual(store.state.edit.frame, first);
    const onResult = (await keeping.arrival())(store.state);
    assert.deepEqual([onResult.edit.frame, onResult.edit.selection], [second, []]);
    store.change(() => onResult);
    const last = (await keeping.arrival())(store.state);
    assert.deepEqual(last.edit.frame, third);
    store.change(() => last);
    assert.equal(await keeping.arrival(), undefined, "that was the last");
    keeping.extendIn([first, second]);
    store.change(states.undo);
    assert.equal(await keeping.arrival(), undefined, "which undo has taken back");
});

test("a switch is remembered by this browser, and shows wherever it stands", () => {
    const one = new Switch("keep");
    const shown = [];
    one.follow(isOn => shown.push(isOn));
    one.turn(true);
    assert.deepEqual(shown, [false, true]);
    assert.equal(new Switch("keep").isOn, true);
    assert.equal(new Switch("another").isOn, false);
    one.turn(false);
    assert.equal(new Switch("keep").isOn, false);
});

test("where storage is blocked a switch lasts as long as the page", () => {
    globalThis.localStorage = {getItem() { throw new Error("blocked"); }, setItem() { throw new Error("blocked"); }};
    const one = new Switch("keep");
    one.turn(true);
    assert.equal(one.isOn, true);
});

test("what was drawn goes on as it was drawn to a result that becomes the picture", async() => {
    const {store, keeping} = await drawnOn();
    keeping.withResult.turn(true);
    const {selection} = store.state.edit;
    await store.open(pictureOf("b"), await keeping.arrival());
    const {edit, past} = store.state;
    assert.deepEqual([edit.image, edit.selection, edit.refine.grow, past], ["id of b", selection, 20, []]);
});

test("without the switch the selection goes, as ever", async() => {
    const {store, keeping} = await drawnOn();
    assert.equal(await keeping.arrival(), undefined);
    await store.open(pictureOf("b"), await keeping.arrival());
    assert.deepEqual(store.state.edit.selection, []);
});

test("prompts of objects go on with their selection", async() => {
    const parts = [{crop: [0, 0, 4, 4], working: [64, 64]}, {crop: [6, 6, 9, 9], working: [64, 64]}];
    const {store, keeping} = await drawnOn({preview: async() => ({...previewOf("d"), header: {...previewOf("d").header, parts}})});
    keeping.withResult.turn(true);
    store.change(state => states.setArea(state, {mode: "each"}));
    store.prompt(1, "a cat");
    await store.settled();
    await store.open(pictureOf("b"), await keeping.arrival());
    assert.deepEqual(store.state.edit.area.prompts, ["", "a cat"]);
});

test("clicks cannot go on before their mask is known, and drawn steps can", async() => {
    const answer = held();
    let isHeld = false;
    const {store, keeping} = await drawnOn({preview: async() => isHeld ? answer.promise : previewOf("drawn")});
    isHeld = true;
    assert.notEqual(keeping.now(), null);
    store.click(...POINT);
    await rest();
    assert.equal(keeping.now(), null);
    answer.resolve(previewOf("known"));
    await store.settled();
    assert.equal(keeping.now()?.steps, null, "a click goes on as a mask alone");
    store.change(states.clear);
    assert.equal(keeping.now(), null);
});

test("it is selected on the open picture in one step of undo, unless another was opened meanwhile", async() => {
    const {store, keeping} = await drawnOn();
    const selected = keeping.now();
    await store.open(pictureOf("b"));
    await keeping.put(selected);
    assert.deepEqual([store.state.edit.selection, store.state.past.length], [selected.steps, 1]);
    store.change(states.undo);
    assert.deepEqual(store.state.edit.selection, []);
    const putting = keeping.put(selected);
    const opening = store.open(pictureOf("c"));
    await Promise.all([putting, opening]);
    assert.deepEqual(store.state.edit.selection, []);
});
