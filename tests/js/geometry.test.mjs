import assert from "node:assert/strict";
import {test} from "node:test";
import * as geometry from "../../javascript/click_inpaint/edit/geometry.mjs";
import {viewOf} from "../../javascript/click_inpaint/edit/view.mjs";
import {numbers} from "./numbers.mjs";

function situation(between) {
    const picture = {width: Math.round(between(1, 12000)), height: Math.round(between(1, 12000))};
    const canvas = {width: between(200, 2500), height: between(150, 1400)};
    const shown = between(0.5, 2); // a CSS transform around the canvas
    const rect = {left: between(-3000, 3000), top: between(-3000, 3000), width: canvas.width * shown, height: canvas.height * shown};
    return {picture, canvas, rect, ratio: between(0.5, 4)};
}

test("picture → page → picture is exact to half a pixel in 200 random views", () => {
    const between = numbers(1);
    for (let i = 0; i < 200; i++) {
        const {picture, canvas, rect, ratio} = situation(between);
        const view = viewOf(null, {picture, canvas, ratio});
        const point = {x: between(0, picture.width), y: between(0, picture.height)};
        const page = geometry.toClient(rect, canvas, geometry.toCanvas(view, point));
        const back = geometry.toPicture(view, geometry.fromClient(rect, canvas, page));
        assert.ok(Math.hypot(back.x - point.x, back.y - point.y) <= 1e-6, JSON.stringify({picture, canvas, rect, point, back}));
    }
});

test("a canvas takes the whole device pixels of its place, and at least one", () => {
    assert.deepEqual(geometry.deviceSize({width: 421, height: 263.125}, 2), {width: 842, height: 526});
    assert.deepEqual(geometry.deviceSize({width: 0.1, height: 100}, 1.1), {width: 1, height: 110});
});

test("points are brought onto the picture, where the server takes them", () => {
    const picture = {width: 100, height: 50};
    assert.deepEqual(geometry.ontoPicture(picture, {x: 12.3456, y: 7}), {x: 12.35, y: 7});
    assert.deepEqual(geometry.ontoPicture(picture, {x: -3, y: 50}), {x: 0, y: 49.99});
    const edge = geometry.ontoPicture(picture, {x: 99.999, y: 0});
    assert.ok(geometry.contains(picture, edge), "rounding must not push a point over the edge");
});

test("what lies beside the picture is not on it", () => {
    const picture = {width: 100, height: 50};
    for (const point of [{x: -0.1, y: 5}, {x: 100, y: 5}, {x: 5, y: 50}]) assert.ok(!geometry.contains(picture, point));
    assert.ok(geometry.contains(picture, {x: 0, y: 49.9}));
});

test("a box has its corners in order and stays on the picture, whichever way it was drawn", () => {
    assert.deepEqual(geometry.boxBetween({width: 100, height: 50}, {x: 130, y: 40.126}, {x: 20, y: -7}), {x0: 20, y0: 0, x1: 100, y1: 40.13});
});
