import assert from "node:assert/strict";
import {test} from "node:test";
import * as states from "../../javascript/click_inpaint/edit/state.mjs";
import {promptsOf, realigned, setPrompt} from "../../javascript/click_inpaint/edit/prompts.mjs";
import {POINT, pictureOf, previewOf, storeOf} from "./page.mjs";

const part = (x, y, side = 100) => ({crop: [x, y, x + side, y + side], working: [64, 64]});
const [A, B, C] = [part(0, 0), part(500, 0), part(0, 500)];

test("one prompt is given among as many as there are objects, and typed as one step of undo", () => {
    const typed = ["c", "ca", "cat"].reduce((state, prompt) => setPrompt(state, 1, 3, prompt), states.initialState());
    assert.deepEqual(typed.edit.area.prompts, ["", "cat", ""]);
    assert.equal(typed.past.length, 1);
    const other = setPrompt(typed, 0, 2, "dog");
    assert.deepEqual(other.edit.area.prompts, ["dog", "cat"], "a list of another length fits again");
    assert.equal(other.past.length, 2);
});

test("where no object has a prompt there is no list, as in an Edit that never had one", () => {
    const given = setPrompt(states.initialState(), 0, 2, "cat");
    assert.deepEqual(setPrompt(given, 0, 2, "").edit, states.initialState().edit);
    assert.deepEqual(promptsOf(["cat"], 2), ["cat", ""]);
    assert.deepEqual(promptsOf(["cat", "dog"], 1), ["cat"]);
});

test("prompts stay with their objects when others come, go, grow or meet", () => {
    assert.deepEqual(realigned(["a", "b"], [A, B], [C, A, B]), ["", "a", "b"]);
    assert.deepEqual(realigned(["a", "b", "c"], [A, B, C], [C, B]), ["c", "b"]);
    assert.deepEqual(realigned(["a", "b"], [A, B], [part(-20, -20, 150), B]), ["a", "b"]);
    assert.deepEqual(realigned(["", "b"], [A, B], [part(0, 0, 600)]), ["b"], "that of one that had one");
    assert.deepEqual(realigned(["a", ""], [A, B], [B]), [], "none is left");
    assert.deepEqual(realigned(["a"], [A], [part(0, 0, 40), part(60, 60, 40)]), ["a", "a"], "one in two pieces");
    assert.deepEqual(realigned(["a"], [A], [part(90, 90)]), [], "a corner in common makes no object the same");
});

/** A store whose preview has these parts, and its change of them. */
async function opened(...parts) {
    let now = parts;
    const {store} = storeOf({preview: async() => ({...previewOf(String(now.length)), header: {...previewOf("").header, parts: now}})});
    await store.open(pictureOf("a picture"));
    store.change(state => states.setArea(state, {mode: "each"}));
    store.click(...POINT);
    await store.settled();
    const select = async(...next) => {
        now = next;
        store.click(...POINT);
        await store.settled();
    };
    const shows = next => { now = next; };
    return {store, select, shows, prompts: () => store.state.edit.area.prompts};
}

test("an object that comes first leaves the typed prompts where they were, and undo brings both back", async() => {
    const {store, select, shows, prompts} = await opened(A, B);
    store.prompt(0, "cat");
    store.prompt(1, "dog");
    store.change(states.settle);
    await select(C, A, B);
    assert.deepEqual(prompts(), ["", "cat", "dog"]);
    const steps = store.state.past.length;
    await select(C, A);
    assert.deepEqual(prompts(), ["", "cat"]);
    assert.equal(store.state.past.length, steps + 1, "the click alone is a step");
    shows([C, A, B]);
    store.change(states.undo);
    await store.settled();
    assert.deepEqual(prompts(), ["", "cat", "dog"]);
    shows([A, B]);
    store.change(states.undo);
    await store.settled();
    assert.deepEqual(prompts(), ["cat", "dog"]);
});

test("prompts that came with another Edit go to that Edit's objects by their order", async() => {
    const {store, shows, prompts} = await opened(A, B);
    store.prompt(0, "cat");
    shows([B, C]);
    const {edit} = store.state;
    store.change(state => states.adopt(state, {...edit, selection: edit.selection.map(step => ({...step, x: 5})), area: {...edit.area, prompts: ["x", "y"]}}));
    await store.settled();
    assert.deepEqual(prompts(), ["x", "y"]);
});

test("another picture has other objects: their prompts go with the selection", async() => {
    const {store, prompts} = await opened(A, B);
    store.prompt(0, "cat");
    await store.open(pictureOf("another picture"));
    assert.deepEqual(prompts(), []);
    assert.equal(store.state.edit.area.mode, "each");
});

test("what a prompt says asks for no preview", async() => {
    let asked = 0;
    const {store} = storeOf({preview: async() => (asked++, {...previewOf("x"), header: {...previewOf("x").header, parts: [A, B]}})});
    await store.open(pictureOf("a picture"));
    store.click(...POINT);
    await store.settled();
    store.prompt(0, "c");
    await store.settled();
    const before = asked;
    for (const prompt of ["ca", "cat"]) store.prompt(0, prompt);
    await store.settled();
    assert.equal(asked, before);
});
