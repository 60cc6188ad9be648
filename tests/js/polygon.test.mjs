import assert from "node:assert/strict";
import {test} from "node:test";
import {Polygon} from "../../javascript/click_inpaint/tools/polygon.mjs";

const SQUARE = [{x: 10, y: 10}, {x: 90, y: 10}, {x: 90, y: 90}, {x: 10, y: 90}];

/** A polygon, what it became, and a way to press. */
function drawing({scale = 1, mode = "add"} = {}) {
    const added = [];
    let draft = null;
    const polygon = new Polygon(shown => { draft = shown; }, (corners, how) => added.push([corners, how]));
    const press = (point, how = {}, way = []) => {
        const gesture = polygon.press({point, takesAway: false, newObject: false, ...how}, {scale, mode});
        if (way.length) gesture.move(way);
        gesture.end();
    };
    return {polygon, added, press, draft: () => draft};
}

test("presses set corners; one on the first corner closes what has three", () => {
    const {polygon, added, press, draft} = drawing();
    press(SQUARE[0]);
    press(SQUARE[1]);
    press({x: 12, y: 12});
    assert.equal(added.length, 0, "two corners and a third beside the first are no area yet");
    polygon.back();
    press(SQUARE[2]);
    press(SQUARE[3]);
    press({x: 12, y: 12});
    assert.deepEqual(added, [[SQUARE, "add"]]);
    assert.equal(draft(), null);
    assert.equal(polygon.isDrawing, false);
});

test("a second press on the last corner closes too, and does nothing before there are three", () => {
    const {added, press} = drawing();
    for (const corner of [SQUARE[0], SQUARE[0], SQUARE[1], SQUARE[1], SQUARE[2], SQUARE[2]]) press(corner);
    assert.deepEqual(added, [[SQUARE.slice(0, 3), "add"]]);
});

test("how near is near depends on the screen, and a finger is less exact", () => {
    for (const [scale, byTouch, away, count] of [[1, false, 5, 1], [1, false, 10, 0], [1, true, 10, 1], [0.25, false, 20, 1], [4, false, 5, 0]]) {
        const {added, press} = drawing({scale});
        for (const corner of SQUARE) press(corner, {byTouch});
        press({x: 10 + away, y: 10}, {byTouch});
        assert.equal(added.length, count, `${scale} ${byTouch} ${away}`);
    }
});

test("the first press says what becomes of it, and the release where a corner is", () => {
    const {added, press, polygon} = drawing({mode: "subtract"});
    press({x: 0, y: 0}, {takesAway: true, newObject: true}, [{x: 5, y: 5}, {x: 10.004, y: 10}]);
    press(SQUARE[1]);
    press(SQUARE[2], {takesAway: true});
    polygon.close();
    assert.deepEqual(added, [[SQUARE.slice(0, 3), "intersect"]]);
});

test("the draft follows the pointer; corners are taken back one by one, or all given up", () => {
    const {polygon, press, draft, added} = drawing();
    polygon.toward({x: 1, y: 1});
    assert.equal(draft(), null, "nothing follows before the first corner");
    press(SQUARE[0]);
    press(SQUARE[1]);
    polygon.toward({x: 40, y: 40});
    assert.deepEqual(draft(), {kind: "lasso", points: [SQUARE[0], SQUARE[1], {x: 40, y: 40}], mode: "add", corners: 2});
    polygon.toward(null);
    assert.equal(draft().points.length, 2);
    polygon.close();
    assert.equal(added.length, 0, "two corners are no area");
    assert.equal(polygon.back(), true);
    assert.equal(draft().corners, 1);
    assert.equal(polygon.giveUp(), true);
    assert.equal(draft(), null);
    assert.deepEqual([polygon.giveUp(), polygon.back()], [false, false]);
});
