import assert from "node:assert/strict";
import {test} from "node:test";
import {begin} from "../../javascript/click_inpaint/tools/gestures.mjs";

/** What a press that goes `away` screen pixels, of a picture shown at a quarter, comes to. */
function pressed(away, press) {
    const done = [];
    const handler = {picture: {width: 900, height: 900}, scale: 0.25, show: () => {}, click: () => done.push("click"), box: () => done.push("box")};
    const gesture = begin("point", {point: {x: 400, y: 400}, takesAway: false, newObject: false, ...press}, handler);
    gesture.move([{x: 400 + away * 4, y: 400}]);
    gesture.end();
    return done;
}

test("a click may tremble a little, a finger's tap more; what goes further draws a box", () => {
    assert.deepEqual([pressed(4), pressed(7)], [["click"], ["box"]]);
    assert.deepEqual([pressed(10, {byTouch: true}), pressed(14, {byTouch: true})], [["click"], ["box"]]);
    assert.deepEqual(pressed(40, {takesAway: true}), ["click"]);
});
