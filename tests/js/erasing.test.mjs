import assert from "node:assert/strict";
import {test} from "node:test";
import {addClick} from "../../javascript/click_inpaint/edit/state.mjs";
import {Erasing} from "../../javascript/click_inpaint/workspace/erasing.mjs";
import {held, pictureOf, previewOf, rest, storeOf} from "./page.mjs";

/** A picture on which something is selected, and a server that erases it. */
async function erasingOf(erase, supply = async() => true) {
    const made = storeOf({preview: async() => previewOf("d")});
    await made.store.open(pictureOf("a"));
    made.store.change(state => addClick(state, {x: 1, y: 1}));
    await rest();
    const taken = [], back = [];
    const rounds = {take: async results => taken.push(...results), goesOn() {}, goBack: async address => back.push(address)};
    const erasing = new Erasing({store: made.store, client: {erase}, rounds, supply});
    return {...made, erasing, taken, back};
}

test("what was erased is a round with its Edit, and becomes the picture", async() => {
    const {store, erasing, taken, back} = await erasingOf(async() => pictureOf("erased"));
    const {edit} = store.state;
    await erasing.erase();
    assert.deepEqual([store.state.edit.image, store.state.edit.selection], ["id of erased", []]);
    assert.deepEqual([taken.length, taken[0].edit.image, taken[0].edit.selection], [1, edit.image, edit.selection]);
    assert.ok(erasing.leadsBack);
    assert.ok(erasing.undo());
    await rest();
    assert.deepEqual(back, [taken[0].address]);
});

test("undo first takes back what was done on the result", async() => {
    const {store, erasing} = await erasingOf(async() => pictureOf("erased"));
    assert.ok(!erasing.undo(), "nothing was erased yet");
    await erasing.erase();
    store.change(state => addClick(state, {x: 2, y: 2}));
    assert.ok(!erasing.leadsBack && !erasing.undo());
});

test("where the server says no, all stays as it was and is told", async() => {
    const {store, erasing, taken, said} = await erasingOf(async() => { throw new Error("The disk is full."); });
    const {edit} = store.state;
    await erasing.erase();
    assert.deepEqual([store.state.edit, taken.length, said.error, said.waits], [edit, 0, "The disk is full.", ""]);
});

test("two presses erase once, and whoever opened another picture meanwhile keeps it", async() => {
    const slow = held();
    const {store, erasing, taken} = await erasingOf(() => slow.promise);
    const first = erasing.erase();
    await erasing.erase();
    await store.open(pictureOf("other"));
    slow.resolve(pictureOf("erased"));
    await first;
    assert.deepEqual([taken.length, store.state.edit.image], [1, "id of other"]);
});

test("without the picture at the server nothing is asked", async() => {
    const {erasing, taken} = await erasingOf(async() => assert.fail("asked"), async() => false);
    await erasing.erase();
    assert.equal(taken.length, 0);
});
