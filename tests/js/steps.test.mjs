import assert from "node:assert/strict";
import {test} from "node:test";
import * as states from "../../javascript/click_inpaint/edit/state.mjs";
import {entriesOf} from "../../javascript/click_inpaint/panel/steps.mjs";

const click = (x, how = {}) => state => states.addClick(state, {x, y: 1, ...how});
const box = state => states.addBox(state, {x0: 1, y0: 1, x1: 9, y1: 9});
const stroke = mode => state => states.addStroke(state, [{x: 1, y: 1}], 5, mode);
const after = (...transitions) => transitions.reduce((state, transition) => transition(state), states.initialState());

/** Which clicks and boxes point at one object, by their x. */
function objects(state) {
    const {selection} = state.edit;
    const groups = new Map();
    states.objectsOf(selection).forEach((object, at) => {
        if (states.isPrompt(selection[at])) groups.set(object, [...groups.get(object) ?? [], selection[at].x ?? "box"]);
    });
    return [...groups.values()];
}

test("clicks at one object are one entry; a box, Shift, or another step begins the next", () => {
    const {edit} = after(click(1), click(2, {include: false}), click(3, {newObject: true}), stroke("brush"), click(4), box, click(5), stroke("eraser"), stroke("brush"), states.invert);
    assert.deepEqual(entriesOf(edit.selection), [
        {kind: "object", number: 1, at: [0, 1]},
        {kind: "object", number: 2, at: [2]},
        {kind: "brush", number: 1, at: [3]},
        {kind: "object", number: 3, at: [4]},
        {kind: "object", number: 4, at: [5, 6]},
        {kind: "eraser", number: 1, at: [7]},
        {kind: "brush", number: 2, at: [8]},
        {kind: "invert", number: 1, at: [9]},
    ]);
});

test("what a lasso does stands in its name", () => {
    const corners = [{x: 0, y: 0}, {x: 9, y: 0}, {x: 9, y: 9}];
    const {edit} = after(...["add", "intersect", "subtract", "intersect"].map(mode => state => states.addLasso(state, corners, mode)));
    assert.deepEqual(entriesOf(edit.selection).map(({kind, number}) => [kind, number]), [["lasso", 1], ["lassoIn", 1], ["lassoOff", 1], ["lassoIn", 2]]);
});

test("taking a step out leaves every other click at its own object", () => {
    const state = after(click(1), click(2), click(3, {newObject: true}), click(4), stroke("brush"), click(5), box, click(6));
    assert.deepEqual(objects(state), [[1, 2], [3, 4], [5], ["box", 6]]);
    const without = (...at) => objects(states.removeSteps(state, at));
    assert.deepEqual(without(0), [[2], [3, 4], [5], ["box", 6]]);
    assert.deepEqual(without(2), [[1, 2], [4], [5], ["box", 6]]);
    assert.deepEqual(without(4), [[1, 2], [3, 4], [5], ["box", 6]], "the stroke between two objects");
    assert.deepEqual(without(6), [[1, 2], [3, 4], [5], [6]], "the box that an object began with");
    assert.deepEqual(without(0, 1), [[3, 4], [5], ["box", 6]]);
    assert.deepEqual(without(2, 3, 4), [[1, 2], [5], ["box", 6]]);
});

test("taking any steps out of any selection never joins or splits objects", () => {
    const makers = [click(1), click(2, {include: false}), click(3, {newObject: true}), box, stroke("brush"), states.invert];
    for (let seed = 1; seed <= 200; seed++) {
        const random = at => Math.imul(seed * 31 + at, 2654435761) >>> 8;
        const numbered = after(...Array.from({length: 9}, (_, at) => makers[random(at) % makers.length]));
        const state = {...numbered, edit: {...numbered.edit, selection: numbered.edit.selection.map((step, x) => step.kind === "click" ? {...step, x} : step)}};
        const out = state.edit.selection.map((_, at) => at).filter(at => random(at + 50) % 3 === 0);
        const gone = new Set(out.map(at => state.edit.selection[at].x ?? `box${at}`));
        const named = ({edit}, kept) => objects({edit: {...edit, selection: edit.selection.map((step, at) => step.kind === "box" ? {...step, x: `box${kept[at]}`} : step)}});
        const all = state.edit.selection.map((_, at) => at);
        const before = named(state, all).map(group => group.filter(x => !gone.has(x))).filter(group => group.length);
        assert.deepEqual(named(states.removeSteps(state, out), all.filter(at => !out.includes(at))), before, `seed ${seed}`);
    }
});

test("many steps are undone and redone one by one, and the oldest of too many are forgotten", () => {
    let state = states.initialState();
    for (let x = 0; x < 600; x++) state = click(x)(state);
    for (let x = 600; x > 0; x--) {
        assert.equal(state.edit.selection.length, x);
        state = states.undo(state);
    }
    assert.equal(state.edit.selection.length, 0);
    for (let x = 0; x < 600; x++) state = states.redo(state);
    assert.equal(state.edit.selection.length, 600);
    for (let x = 0; x < states.MAX_PAST; x++) state = states.setRefine(state, {grow: x % 2});
    assert.equal(state.past.length, states.MAX_PAST);
});

test("an Edit from elsewhere is taken over whole, but for the picture, and can be undone", () => {
    const state = states.setImage(after(click(1)), "here");
    const adopted = states.adopt(state, {version: 1, image: "there", selection: [{kind: "invert"}], refine: {grow: 3}, shown: "d"});
    assert.deepEqual(adopted.edit, {...states.initialState().edit, image: "here", selection: [{kind: "invert"}], refine: {...state.edit.refine, grow: 3}});
    assert.deepEqual(states.undo(adopted).edit, state.edit);
});

test("an Edit of an older or newer page is told from one of this", () => {
    const {edit} = after(click(1));
    assert.ok(states.isCurrent(structuredClone(edit)));
    assert.ok(!states.isCurrent({...edit, version: 0}));
    assert.ok(!states.isCurrent({...edit, colour: "red"}));
    assert.ok(!states.isCurrent({...edit, refine: {grow: 1}}));
    for (const nothing of [null, undefined, "", {}]) assert.ok(!states.isCurrent(nothing));
});
