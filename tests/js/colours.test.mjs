import assert from "node:assert/strict";
import {test} from "node:test";
import * as colours from "../../javascript/click_inpaint/edit/colours.mjs";
import {addClick, adopt, clear, initialState, removeStep, undo} from "../../javascript/click_inpaint/edit/state.mjs";

import {begin} from "../../javascript/click_inpaint/tools/gestures.mjs";
import {remember, remembered} from "../../javascript/click_inpaint/tools/recent.mjs";
import {Tools} from "../../javascript/click_inpaint/tools/tools.mjs";

const EMPTY = initialState();

test("a tint starts from the picture itself, and another fill ends it; each is one step of undo", () => {
    const telea = colours.setFill(EMPTY, "telea");
    const tinted = colours.setTint(telea, "#c81e1e");
    assert.deepEqual([tinted.edit.fill, tinted.edit.tint, tinted.edit.tint_amount], ["original", "#c81e1e", 1]);
    assert.deepEqual(undo(tinted).edit, telea.edit);
    const noise = colours.setFill(tinted, "noise");
    assert.deepEqual([noise.edit.fill, noise.edit.tint], ["noise", ""]);
    assert.deepEqual(undo(noise).edit, tinted.edit);
});

test("picking a colour and sliding the amount are one step of undo each", () => {
    const picked = ["#000001", "#000002", "#000003"].reduce((state, colour) => colours.setTint(state, colour, "tint"), EMPTY);
    const slid = [0.8, 0.6, 0.4].reduce((state, amount) => colours.setTintAmount(state, amount, "tintAmount"), picked);
    assert.deepEqual([slid.edit.tint, slid.edit.tint_amount, slid.past.length], ["#000003", 0.4, 2]);
    assert.equal(undo(undo(slid)).edit.tint, "");
});

test("an Edit that is adopted brings its tint, and what no Edit has stays out", () => {
    const {edit} = adopt(EMPTY, {tint: "#112233", tint_amount: 0.25, fill_colour: undefined, newer: 3});
    assert.deepEqual(edit, {...EMPTY.edit, tint: "#112233", tint_amount: 0.25});
});

const INK = {colour: "#c81428", opacity: 0.5};
const DOT = [{x: 3, y: 4.5}];
const painted = (state, radius = 6) => colours.addPaint(state, DOT, radius, INK);
const selects = ({edit}) => edit.selection.map(step => step.kind === "paint" ? step.selects : step.kind);

test("a painted stroke is a step with its colour, and nothing is none", () => {
    assert.deepEqual(painted(EMPTY).edit.selection, [{kind: "paint", points: [[3, 4.5]], radius: 6, ...INK, selects: true}]);
    assert.equal(colours.addPaint(EMPTY, [], 6, INK), EMPTY);
    assert.deepEqual(undo(painted(EMPTY)).edit, EMPTY.edit);
});

test("painting selects as long as nothing else is selected", () => {
    const clicked = addClick(EMPTY, {x: 1, y: 2});
    assert.deepEqual(selects(painted(painted(EMPTY))), [true, true]);
    assert.deepEqual(selects(painted(clicked)), ["click", false]);
    const both = painted(addClick(painted(EMPTY), {x: 1, y: 2}));
    assert.deepEqual(selects(both), [true, "click", false]);
    assert.deepEqual(selects(painted(clear(both))), [true]);
    assert.deepEqual(selects(painted(removeStep(both, 1))), [true, false, true]);
});

/** What a press, a move and a release of the colour brush come to. */
function stroke(press, more = {}) {
    const done = [];
    const tell = name => (...what) => done.push([name, ...what]);
    const handler = {picture: {width: 100, height: 80}, scale: 1, radius: 6, ink: INK, picks: false, show: tell("show"), paint: tell("paint"), pick: tell("pick"), ...more};
    const gesture = begin("paint", {point: {x: 10, y: 10}, takesAway: false, newObject: false, ...press}, handler);
    gesture.move([{x: 30, y: 10}]);
    gesture.end();
    return done;
}

test("the colour brush shows its colour while it paints; Alt, or once it was asked to, it takes the colour where it ends", () => {
    const points = [{x: 10, y: 10}, {x: 30, y: 10}];
    const [first, ...rest] = stroke({});
    assert.equal(first[0], "show");
    assert.deepEqual(rest, [["show", {kind: "paint", points, radius: 6, ...INK}], ["paint", points, 6]]);
    for (const picking of [stroke({takesAway: true}), stroke({}, {picks: true})]) assert.deepEqual(picking, [["pick", {x: 30, y: 10}]]);
});

test("taking a colour takes the colour brush in hand, and ends with the colour or another tool", () => {
    const tools = new Tools();
    tools.pick(true);
    assert.deepEqual([tools.now.tool, tools.now.picks, tools.isBrush], ["paint", true, true]);
    tools.setInk({colour: "#00ff00"});
    assert.deepEqual([tools.now.ink.colour, tools.now.picks], ["#00ff00", false]);
    tools.pick(true);
    tools.take("brush");
    assert.equal(tools.now.picks, false);
});

test("the last colours are kept, newest first, each once, and only a few", () => {
    const kept = new Map();
    globalThis.localStorage = {getItem: key => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value)};
    const tools = new Tools();
    const used = [1, 2, 3, 2, 4, 5, 6, 7].map(number => `#00000${number}`);
    for (const colour of used) {
        tools.setInk({colour});
        tools.painted();
    }
    const newest = ["#000007", "#000006", "#000005", "#000004", "#000002", "#000003"];
    assert.deepEqual([tools.now.recent, remembered()], [newest, newest]);
    const next = new Tools().now;
    assert.deepEqual([next.ink.colour, next.recent], ["#000007", newest]);
    kept.set([...kept.keys()][0], '["red", 3, "#00000a"]');
    assert.deepEqual(remembered(), ["#00000a"]);
    globalThis.localStorage = {getItem() { throw new Error("blocked"); }, setItem() { throw new Error("blocked"); }};
    assert.deepEqual([remembered(), remember([], "#000001")], [[], ["#000001"]]);
    delete globalThis.localStorage;
});
