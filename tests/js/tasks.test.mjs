import assert from "node:assert/strict";
import {test} from "node:test";
import {setTint} from "../../javascript/click_inpaint/edit/colours.mjs";
import * as states from "../../javascript/click_inpaint/edit/state.mjs";
import {TASKS, TASK_NAMES, beginTask, changesBetween, featherAt, followStrength, isTurned, noteHost, setHost} from "../../javascript/click_inpaint/edit/tasks.mjs";

const CLICKED = states.addClick(states.initialState(), {x: 5, y: 6});
const HOST = {denoising_strength: 0.75};

/** As a press does it: what the host says first, then the task. */
const pressed = (state, name, host = HOST) => beginTask(noteHost(state, {...state.host, ...host}), name);

test("each task sets what its row of the table says, and nothing else", () => {
    for (const name of TASK_NAMES) {
        const {edit, strength} = TASKS[name];
        const after = pressed(CLICKED, name);
        assert.deepEqual({...after.edit.refine, ...after.edit.area, fill: after.edit.fill, tint: after.edit.tint},
            {...CLICKED.edit.refine, ...CLICKED.edit.area, ...edit.refine, ...edit.area, fill: edit.fill, tint: edit.tint}, name);
        assert.deepEqual([after.task, after.host], [name, {denoising_strength: strength}]);
        const {fill, tint, refine, area, selection, ...rest} = after.edit;
        const {fill: _f, tint: _t, refine: _r, area: _a, selection: _s, ...before} = CLICKED.edit;
        assert.deepEqual(rest, before, name);
    }
});

test("every task's strength is one at which it works, and its fill one that can be chosen", () => {
    for (const {strength, weakest, strongest} of Object.values(TASKS)) assert.ok(weakest <= strength && strength <= strongest);
});

test("one undo takes a task back in Edit and host, and redo brings it again", () => {
    const after = pressed(CLICKED, "remove");
    const undone = states.undo(after);
    assert.deepEqual([undone.edit, undone.task, undone.host], [CLICKED.edit, "", HOST]);
    const redone = states.redo(undone);
    assert.deepEqual([redone.edit, redone.task, redone.host], [after.edit, "remove", {denoising_strength: 1}]);
});

test("undo brings back what the person had set in the host between two tasks", () => {
    const first = pressed(CLICKED, "replace");
    const clicked = states.addClick(first, {x: 8, y: 9});
    const second = pressed(clicked, "recolour", {denoising_strength: 0.9});
    const back = states.undo(second);
    assert.deepEqual(back.host, {denoising_strength: 0.9});
    assert.equal(states.undo(back).host, back.host, "a click has changed nothing in the host");
    assert.deepEqual(states.undo(states.undo(back)).host, HOST);
});

test("a value that is set later is known to have been there all along, so that no undo sets it to nothing", () => {
    const replaced = pressed(CLICKED, "replace");
    const written = setHost(noteHost(replaced, {...replaced.host, prompt: ""}), {prompt: "background"});
    assert.deepEqual(written.host, {denoising_strength: 1, prompt: "background"});
    const before = states.undo(states.undo(written));
    assert.deepEqual(before.host, {denoising_strength: 0.75, prompt: ""});
    assert.deepEqual(states.redo(before).host, {denoising_strength: 1, prompt: ""});
});

test("all but the object is turned over once, and back by another task", () => {
    const others = pressed(CLICKED, "background");
    assert.deepEqual(others.edit.selection.map(({kind}) => kind), ["click", "invert"]);
    assert.ok(isTurned(others.edit.selection));
    assert.equal(pressed(others, "background").edit.selection, others.edit.selection);
    assert.deepEqual(pressed(others, "replace").edit.selection, CLICKED.edit.selection);
});

test("nobody's own inversion is taken away, and nothing is turned over where nothing is selected", () => {
    const own = states.invert(CLICKED);
    assert.equal(pressed(own, "replace").edit.selection, own.edit.selection);
    assert.equal(pressed(own, "background").edit.selection, own.edit.selection);
    assert.deepEqual(pressed(states.initialState(), "background").edit.selection, []);
});

test("the feather follows the strength in proportion, until it is the person's own", () => {
    const replaced = pressed(CLICKED, "replace");
    const half = followStrength(replaced, 1, 0.5);
    assert.deepEqual([half.edit.refine.feather, half.past], [4, replaced.past]);
    assert.equal(followStrength(half, 0.5, 1).edit.refine.feather, TASKS.replace.edit.refine.feather);
    const own = states.setRefine(half, {feather: 20});
    assert.equal(followStrength(own, 0.5, 1), own);
    assert.equal(followStrength(CLICKED, 0.75, 1), CLICKED, "without a task nothing follows");
    for (const name of TASK_NAMES) assert.equal(featherAt(name, TASKS[name].strength), TASKS[name].edit.refine.feather);
});

test("what a task has changed is told, and what was set before is not", () => {
    const before = noteHost(CLICKED, HOST);
    assert.deepEqual(changesBetween(before, beginTask(before, "background")), [
        {name: "denoising_strength", from: 0.75, to: 1},
        {name: "fill", from: "original", to: "noise"},
        {name: "grow", from: 8, to: 0},
        {name: "feather", from: 8, to: 4},
    ]);
    const set = pressed(CLICKED, "remove");
    assert.deepEqual(changesBetween(set, pressed(set, "remove", {denoising_strength: 1})), []);
});

test("another Edit that is taken over is of no task, and undo brings the task back", () => {
    const after = pressed(CLICKED, "replace");
    const adopted = states.adopt(after, {fill: "noise"});
    assert.deepEqual([adopted.task, states.undo(adopted).task], ["", "replace"]);
    assert.equal(followStrength(adopted, 1, 0.5), adopted);
});

test("a task outlasts a reload and another picture; a session of before there were tasks is still read", () => {
    const after = pressed(CLICKED, "remove");
    assert.deepEqual(states.revived(structuredClone(after)), after);
    assert.equal(states.newPicture(after).task, "remove");
    const {task, host, ...old} = CLICKED;
    const moments = old.past.map(({edit, segmenter}) => ({edit, segmenter}));
    const revived = states.revived({...old, past: moments});
    assert.deepEqual([revived.task, revived.host, revived.past.length], ["", null, 1]);
    assert.deepEqual(states.undo(pressed(revived, "replace")).host, HOST);
});

test("Recolour starts from the picture in another colour, in the person's where there is one, and other tasks end that", () => {
    const recoloured = beginTask(states.initialState(), "recolour");
    assert.match(recoloured.edit.tint, /^#[0-9a-f]{6}$/);
    const chosen = beginTask(setTint(recoloured, "#3366cc"), "recolour");
    assert.equal(chosen.edit.tint, "#3366cc");
    const removed = beginTask(chosen, "remove");
    assert.equal(removed.edit.tint, "");
    assert.deepEqual(changesBetween(chosen, removed).find(({name}) => name === "fill"), {name: "fill", from: "tint", to: "neutral"});
});
