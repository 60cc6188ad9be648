import assert from "node:assert/strict";
import {test} from "node:test";
import {begin} from "../../javascript/click_inpaint/tools/gestures.mjs";
import {Tools} from "../../javascript/click_inpaint/tools/tools.mjs";
import {actionOf} from "../../javascript/click_inpaint/tools/wheel.mjs";

const PRESS = {point: {x: 10, y: 10}, takesAway: false, newObject: false};

/** A gesture, and what came of it. */
function gestureOf(tool, press = {}, scale = 1, mode = "add") {
    const done = [];
    const tell = name => (...what) => done.push([name, ...what]);
    const handler = {picture: {width: 100, height: 80}, scale, radius: 6, show: () => undefined, click: tell("click"), box: tell("box"),
        stroke: tell("stroke"), lasso: tell("lasso"), mode, wand: tell("wand"), context: tell("context")};
    return {gesture: begin(tool, {...PRESS, ...press}, handler), done};
}

test("a press and a release are a click; Alt excludes, Shift starts another object, a resting finger excludes", () => {
    for (const [press, end, how] of [
        [{}, {}, {include: true, newObject: false}],
        [{takesAway: true}, {}, {include: false, newObject: false}],
        [{newObject: true}, {}, {include: true, newObject: true}],
        [{}, {held: true}, {include: false, newObject: false}],
    ]) {
        const {gesture, done} = gestureOf("point", press);
        gesture.move([{x: 12, y: 11}]);
        gesture.end(end);
        assert.deepEqual(done, [["click", PRESS.point, how]]);
    }
});

test("some way on, a point is a box; how far depends on the screen, not on the picture", () => {
    for (const [scale, way, kind] of [[1, 4, "click"], [1, 6, "box"], [16, 0.5, "box"], [0.1, 40, "click"]]) {
        const {gesture, done} = gestureOf("point", {}, scale);
        gesture.move([{x: 10 + way, y: 10}]);
        gesture.end();
        assert.equal(done[0][0], kind);
    }
});

test("brush and eraser change places with Alt", () => {
    const modeOf = (tool, takesAway) => {
        const {gesture, done} = gestureOf(tool, {takesAway});
        gesture.move([{x: 20, y: 10}, {x: 30, y: 10}]);
        gesture.end();
        assert.deepEqual(done[0].slice(0, 3), ["stroke", [{x: 10, y: 10}, {x: 30, y: 10}], 6]);
        return done[0][3];
    };
    assert.deepEqual([modeOf("brush", false), modeOf("brush", true), modeOf("eraser", false), modeOf("eraser", true)], ["brush", "eraser", "eraser", "brush"]);
});

test("a dab is a stroke of one point", () => {
    const {gesture, done} = gestureOf("brush");
    gesture.end();
    assert.deepEqual(done, [["stroke", [{x: 10, y: 10}], 6, "brush"]]);
});

test("a lasso needs an area", () => {
    const {gesture, done} = gestureOf("lasso");
    gesture.end();
    assert.deepEqual(done, []);
    const second = gestureOf("lasso", {takesAway: true});
    second.gesture.move([{x: 50, y: 10}, {x: 50, y: 60}, {x: 10, y: 60}]);
    second.gesture.end();
    assert.equal(second.done[0][0], "lasso");
    assert.equal(second.done[0][2], "subtract");
});

test("what becomes of an area is set, and keys say otherwise for one press", () => {
    const shift = {newObject: true, takesAway: true};
    for (const [mode, plain, alt] of [["add", "add", "subtract"], ["subtract", "subtract", "add"], ["intersect", "intersect", "subtract"]]) {
        for (const [press, done] of [[{}, plain], [{takesAway: true}, alt], [shift, "intersect"], [{newObject: true}, plain]]) {
            const wand = gestureOf("wand", press, 1, mode);
            wand.gesture.move([{x: 50, y: 50}]);
            wand.gesture.end();
            assert.deepEqual(wand.done, [["wand", PRESS.point, done]]);
            const lasso = gestureOf("lasso", press, 1, mode);
            lasso.gesture.move([{x: 50, y: 10}, {x: 50, y: 60}, {x: 10, y: 60}]);
            lasso.gesture.end();
            assert.equal(lasso.done[0][2], done);
        }
    }
});

test("a context box is drawn from corner to corner, and removed by a press that takes away", () => {
    const drawn = gestureOf("context");
    drawn.gesture.move([{x: 50, y: 60}]);
    drawn.gesture.end();
    assert.deepEqual(drawn.done, [["context", [PRESS.point, {x: 50, y: 60}]]]);
    const removed = gestureOf("context", {takesAway: true});
    removed.gesture.move([{x: 50, y: 60}]);
    removed.gesture.end();
    assert.deepEqual(removed.done, [["context", null]]);
});

test("Shift takes the tools that share a button in turn; one that shares none is taken", () => {
    const tools = new Tools();
    const taken = first => {
        tools.takeNext(first);
        return tools.now.tool;
    };
    assert.deepEqual(["point", "point", "lasso", "lasso", "box", "brush", "brush", "eraser", "eraser"].map(taken),
        ["wand", "point", "polygon", "lasso", "context", "paint", "brush", "eraser", "eraser"]);
});

test("the brush's size goes up and down in steps that come back, and stays in reach", () => {
    const tools = new Tools();
    const start = tools.now.radius;
    for (let i = 0; i < 60; i++) tools.resizeBy(1);
    assert.equal(tools.now.radius, 1024);
    for (let i = 0; i < 90; i++) tools.resizeBy(-1);
    assert.equal(tools.now.radius, 0.5);
    assert.ok(start > 0.5);
});

test("the size suits a new picture until the person chose one", () => {
    const tools = new Tools();
    tools.suit({width: 6400, height: 100});
    assert.equal(tools.now.radius, 100);
    tools.resize(7);
    tools.suit({width: 640, height: 100});
    assert.equal(tools.now.radius, 7);
});

test("a change is told once, and what changes nothing is not", () => {
    let told = 0;
    const tools = new Tools();
    tools.follow(() => told++);
    tools.take("brush");
    tools.take("brush");
    assert.equal(told, 2, "once when it began to follow");
});

test("the wheel is the page's until the canvas has the focus; with Ctrl it always zooms", () => {
    const turn = keys => ({altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, deltaX: 0, ...keys});
    assert.equal(actionOf(turn({}), false, false), "");
    assert.equal(actionOf(turn({altKey: true}), false, false), "");
    assert.equal(actionOf(turn({ctrlKey: true}), false, false), "zoom");
    assert.equal(actionOf(turn({metaKey: true}), false, false), "zoom");
    assert.equal(actionOf(turn({}), true, false), "zoom");
    assert.equal(actionOf(turn({shiftKey: true}), true, false), "pan");
    assert.equal(actionOf(turn({deltaX: 3}), true, false), "pan");
    assert.equal(actionOf(turn({}), true, true), "pan");
    assert.equal(actionOf(turn({altKey: true}), true, false), "walk");
});
