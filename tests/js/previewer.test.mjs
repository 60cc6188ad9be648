import assert from "node:assert/strict";
import {test} from "node:test";
import {Refused, Unreachable} from "../../javascript/click_inpaint/server/client.mjs";
import {Previewer} from "../../javascript/click_inpaint/server/previewer.mjs";
import {setFill, setTint} from "../../javascript/click_inpaint/edit/colours.mjs";
import {addClick, initialState, setRefine} from "../../javascript/click_inpaint/edit/state.mjs";

const AREA = {width: 512, height: 512};
const STATE = addClick(initialState(), {x: 1, y: 2});

/** A previewer whose client gives these answers in turn; an Error is thrown, a function called. */
function previewerOf(...answers) {
    let cancelled = 0;
    const client = {
        cancel: () => cancelled++,
        async preview() {
            const answer = answers.shift();
            if (answer instanceof Error) throw answer;
            return typeof answer === "function" ? answer() : answer;
        },
    };
    return {previewer: new Previewer(client), cancelled: () => cancelled};
}

test("what was asked need not be asked again, unless something that it depends on changes", async() => {
    const {previewer} = previewerOf("one");
    assert.ok(previewer.needs(STATE.edit, AREA));
    assert.equal(await previewer.ask(STATE.edit, AREA), true);
    assert.deepEqual([previewer.preview, previewer.isStale], ["one", false]);
    assert.ok(!previewer.needs(setFill(STATE, "telea").edit, AREA));
    assert.ok(!previewer.needs(setTint(STATE, "#123456").edit, AREA));
    assert.ok(previewer.needs(setRefine(STATE, {grow: 1}).edit, AREA));
    assert.ok(previewer.needs(STATE.edit, {width: 512, height: 768}));
});

test("the last preview stays, as stale, while a newer one is awaited", async() => {
    let answer;
    const {previewer} = previewerOf("one", () => new Promise(resolve => { answer = resolve; }));
    await previewer.ask(STATE.edit, AREA);
    const asked = previewer.ask(setRefine(STATE, {grow: 1}).edit, AREA);
    assert.deepEqual([previewer.preview, previewer.isStale], ["one", true]);
    await Promise.resolve();
    answer("two");
    assert.equal(await asked, true);
    assert.deepEqual([previewer.preview, previewer.isStale], ["two", false]);
});

test("without an answer the last preview stays, and is asked for again", async() => {
    const {previewer} = previewerOf("one", new Unreachable("down"));
    const {edit} = setRefine(STATE, {grow: 1});
    await previewer.ask(STATE.edit, AREA);
    await assert.rejects(previewer.ask(edit, AREA), Unreachable);
    assert.deepEqual([previewer.preview, previewer.isStale, previewer.needs(edit, AREA)], ["one", true, true]);
});

test("a refused Edit has no mask, so none is shown", async() => {
    const {previewer} = previewerOf("one", new Refused("The selection is empty.", 422));
    await previewer.ask(STATE.edit, AREA);
    await assert.rejects(previewer.ask(setRefine(STATE, {grow: -99}).edit, AREA), Refused);
    assert.deepEqual([previewer.preview, previewer.isStale], [null, false]);
});

test("a preview given up is asked for again when it is needed", async() => {
    const {previewer} = previewerOf(null);
    assert.equal(await previewer.ask(STATE.edit, AREA), false);
    assert.ok(previewer.needs(STATE.edit, AREA));
});

test("forget ends the request and shows nothing", async() => {
    const {previewer, cancelled} = previewerOf("one");
    await previewer.ask(STATE.edit, AREA);
    previewer.forget();
    assert.deepEqual([previewer.preview, previewer.isStale, cancelled()], [null, false, 1]);
});

test("one can wait for the newest request, and fails with it", async() => {
    const {previewer} = previewerOf("one", new Unreachable("down"));
    await previewer.coming;
    void previewer.ask(STATE.edit, AREA);
    await previewer.coming;
    assert.equal(previewer.preview, "one");
    const asked = previewer.ask(setRefine(STATE, {grow: 1}).edit, AREA);
    await assert.rejects(previewer.coming, Unreachable);
    await assert.rejects(asked, Unreachable);
});
