import assert from "node:assert/strict";
import {spawnSync} from "node:child_process";
import {fileURLToPath} from "node:url";
import {test} from "node:test";
import {addWand, lastWand, setReach} from "../../javascript/click_inpaint/edit/areas.mjs";
import * as colours from "../../javascript/click_inpaint/edit/colours.mjs";
import * as states from "../../javascript/click_inpaint/edit/state.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const READ_AND_WRITE = "import json, sys; from click_inpaint import edit; print(json.dumps(edit.to_json(edit.parse(sys.stdin.read()))))";

/** The Edit as click_inpaint/edit.py understands it; its complaint when it does not. */
function throughPython(edit) {
    const {stdout, stderr, status} = spawnSync(process.env.PYTHON ?? "python3", ["-c", READ_AND_WRITE], {cwd: ROOT, input: JSON.stringify(edit), encoding: "utf8"});
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
}

function frozen(value) {
    if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
        Object.freeze(value);
        Object.values(value).forEach(frozen);
    }
    return value;
}

/** Apply transitions to states that nobody may write to. */
function after(...transitions) {
    return transitions.reduce((state, transition) => frozen(transition(state)), frozen(states.initialState()));
}

const TRANSITIONS = [
    state => states.addClick(state, {x: 1.5, y: 2}),
    state => states.addClick(state, {x: 3, y: 4, include: false, newObject: true}),
    state => states.addBox(state, {x0: 1, y0: 2, x1: 3, y1: 4}),
    states.invert,
    states.clear,
    state => states.setRefine(state, {grow: 12}),
    state => states.setRefine(state, {feather: 3}),
    state => states.setArea(state, {padding: 64}),
    state => states.setArea(state, {mode: "whole"}),
    state => states.setArea(state, {context: [10, 20, 30.5, 40]}),
    state => colours.setFill(state, "telea"),
    state => states.setBlend(state, {match: "off"}),
    state => states.setRefine(state, {ramp: "smooth"}),
    state => states.setModels(state, {checkpoint: "current"}),
    state => states.setSegmenter(state, "grabcut"),
    state => states.addStroke(state, [{x: 1, y: 2}, {x: 3.5, y: 4}], 12),
    state => states.addStroke(state, [{x: 9, y: 9}], 0.5, "eraser"),
    state => colours.addPaint(state, [{x: 9, y: 9}], 4, {colour: "#c81428", opacity: 0.5}),
    state => states.addLasso(state, [{x: 0, y: 0}, {x: 9, y: 0}, {x: 9, y: 9}], "subtract"),
    state => addWand(state, {x: 5.5, y: 6}, {tolerance: 7, contiguous: false}, "intersect"),
    state => states.addMask(state, "cd".repeat(32), "replace"),
    state => states.setRefine(state, {specks: 20, holes: 30, smooth: 2}),
];

test("the first Edit is the one of edit.py, defaults and all", () => {
    const {edit} = states.initialState();
    assert.deepEqual(throughPython({}), edit);
});

test("the last wand reaches further in one step of undo, and an earlier one stays", () => {
    const one = after(state => addWand(state, {x: 1, y: 2}, {tolerance: 10, contiguous: true}));
    const slid = [11, 15, 30].reduce((state, tolerance) => setReach(state, {tolerance}, "wand"), one);
    assert.equal(lastWand(slid).tolerance, 30);
    assert.deepEqual(states.undo(slid).edit, one.edit);
    assert.equal(setReach(one, {tolerance: 10}), one);
    const inverted = states.invert(slid);
    assert.equal(lastWand(inverted), null);
    assert.equal(setReach(inverted, {tolerance: 5}), inverted);
});

test("a context box goes with another picture and with Clear, which can be undone", () => {
    const drawn = after(state => states.setArea(state, {padding: 64, context: [1, 2, 3, 4]}));
    assert.deepEqual(states.newPicture(drawn).edit.area, {mode: "masked", padding: 64, context: null, prompts: []});
    const cleared = states.clear(drawn);
    assert.deepEqual(cleared.edit.area, {mode: "masked", padding: 64, context: null, prompts: []});
    assert.deepEqual(states.undo(cleared).edit, drawn.edit);
});

test("every step and setting has exactly the keys that edit.py knows", () => {
    const {edit} = after(state => states.setImage(state, "ab".repeat(32)), ...TRANSITIONS.slice(0, 4), ...TRANSITIONS.slice(5));
    assert.deepEqual(throughPython(edit), edit);
    assert.deepEqual(edit.selection.map(step => step.kind), ["click", "click", "box", "invert", "stroke", "stroke", "paint", "lasso", "wand", "mask"]);
});

test("a click carries where, whether, and with what", () => {
    const {edit} = after(state => states.setSegmenter(state, "sam_vit_b"), state => states.addClick(state, {x: 5, y: 6, include: false}));
    assert.deepEqual(edit.selection, [
        {kind: "click", x: 5, y: 6, include: false, new_object: false, segmenter: "sam_vit_b", weights: "", candidate: 0},
    ]);
});

test("a line that encloses nothing, and a stroke of no points, are no steps", () => {
    const state = after();
    assert.equal(states.addLasso(state, [{x: 1, y: 1}, {x: 2, y: 2}]), state);
    assert.equal(states.addStroke(state, [], 5), state);
});

test("any step can be taken out alone, and be undone", () => {
    const state = after(...TRANSITIONS.slice(0, 4));
    const without = frozen(states.removeStep(state, 1));
    assert.deepEqual(without.edit.selection, [0, 2, 3].map(at => state.edit.selection[at]));
    assert.deepEqual(states.undo(without).edit, state.edit);
});

test("walking through an object's candidates is one step of undo", () => {
    const state = after(...TRANSITIONS.slice(0, 1));
    const walked = states.setCandidate(states.setCandidate(state, 0, 1), 0, 2);
    assert.equal(walked.edit.selection[0].candidate, 2);
    assert.deepEqual(states.undo(walked).edit, state.edit);
});

test("undo goes back through everything and redo forth again, to equal Edits", () => {
    let state = after();
    const edits = [state.edit];
    for (let round = 0; round < 50; round++) {
        const next = frozen(TRANSITIONS[round * 7 % TRANSITIONS.length](state));
        if (next.edit !== state.edit) edits.push(next.edit);
        state = next;
    }
    for (const edit of edits.slice(0, -1).reverse()) assert.deepEqual((state = frozen(states.undo(state))).edit, edit);
    assert.equal(states.undo(state), state);
    for (const edit of edits.slice(1)) assert.deepEqual((state = frozen(states.redo(state))).edit, edit);
    assert.equal(states.redo(state), state);
});

test("a change after undo ends what could be redone", () => {
    const state = after(TRANSITIONS[0], states.undo, TRANSITIONS[2]);
    assert.equal(states.redo(state), state);
    assert.equal(state.past.length, 1);
});

test("what changes nothing is no step", () => {
    const state = after();
    assert.equal(states.clear(state), state);
    assert.equal(states.setRefine(state, {grow: 8}), state);
    assert.equal(states.addBox(state, {x0: 5, y0: 5, x1: 5, y1: 9}), state);
    assert.equal(states.settle(state), state);
});

test("a slider held down is one step, its next pull another", () => {
    const pull = (...values) => values.map(grow => state => states.setRefine(state, {grow}, "grow"));
    const state = after(...pull(9, 10, 11), states.settle, ...pull(12, 13));
    assert.equal(state.past.length, 2);
    assert.equal(states.undo(state).edit.refine.grow, 11);
    assert.equal(states.undo(states.undo(state)).edit.refine.grow, 8);
});

test("two sliders are two steps even without letting go", () => {
    const state = after(state => states.setRefine(state, {grow: 9}, "grow"), state => states.setRefine(state, {feather: 9}, "feather"));
    assert.equal(state.past.length, 2);
});

test("another segmenter selects again, and undo brings the former back to the list", () => {
    const state = after(TRANSITIONS[0], TRANSITIONS[2], states.invert, state => states.setSegmenter(state, "grabcut"));
    assert.deepEqual(state.edit.selection.map(step => step.segmenter), ["grabcut", "grabcut", undefined]);
    assert.equal(states.undo(state).segmenter, "auto");
});

test("undo and redo leave the chosen segmenter alone, whichever one has answered", () => {
    const answered = state => ({...state.edit, selection: state.edit.selection.map(step => ({...step, segmenter: "grabcut"}))});
    const state = after(TRANSITIONS[0], state => states.adopt(state, answered(state)), states.clear);
    assert.equal(states.undo(state).edit.selection[0].segmenter, "grabcut");
    assert.equal(states.undo(state).segmenter, "auto");
    assert.equal(states.redo(states.undo(state)).segmenter, "auto");
});

test("a new picture keeps the settings, drops selection and history", () => {
    const state = after(state => states.setImage(state, "one"), TRANSITIONS[0], state => states.setRefine(state, {grow: 20}), states.newPicture);
    assert.deepEqual([state.edit.image, state.edit.selection, state.edit.refine.grow, state.past], ["", [], 20, []]);
});

test("the picture's id is no step of undo", () => {
    const state = after(TRANSITIONS[0], TRANSITIONS[2], states.undo, state => states.setImage(state, "two"));
    assert.equal(states.undo(state).edit.image, "two");
    assert.equal(states.redo(state).edit.image, "two");
    assert.equal(state.past.length, 1);
});

test("500 steps are undone one by one", () => {
    let state = states.initialState();
    for (let i = 0; i < 500; i++) state = states.addClick(state, {x: i, y: i});
    for (let i = 0; i < 500; i++) state = states.undo(state);
    assert.deepEqual(state.edit, states.initialState().edit);
});

test("a loaded mask is switched to soft and back, and no other step is", () => {
    const loaded = after(TRANSITIONS[0], state => states.addMask(state, "id", "add", true));
    assert.equal(states.setSoft(loaded, 1, true), loaded);
    const cut = states.setSoft(loaded, 1, false);
    assert.deepEqual(cut.edit.selection.map(({soft}) => soft), [undefined, false]);
    assert.deepEqual(states.undo(cut).edit, loaded.edit);
    assert.equal(states.setSoft(loaded, 0, true), loaded);
});
