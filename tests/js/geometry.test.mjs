import assert from "node:assert/strict";
import {test} from "node:test";
import * as geometry from "../../javascript/click_inpaint/geometry.mjs";

/** Numbers that are the same in every run (mulberry32). */
function numbers(seed) {
    return (low, high) => {
        seed = seed + 0x6D2B79F5 | 0;
        let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
        t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
        return low + ((t ^ t >>> 14) >>> 0) / 4294967296 * (high - low);
    };
}

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
        const {picture, canvas, rect} = situation(between);
        const view = geometry.fitView(picture, canvas);
        const point = {x: between(0, picture.width), y: between(0, picture.height)};
        const page = geometry.toClient(rect, canvas, geometry.toCanvas(view, point));
        const back = geometry.toPicture(view, geometry.fromClient(rect, canvas, page));
        assert.ok(Math.hypot(back.x - point.x, back.y - point.y) <= 1e-6, JSON.stringify({picture, canvas, rect, point, back}));
    }
});

test("a page pixel goes to the picture and back to within half a device pixel, whatever the ratio", () => {
    const between = numbers(2);
    for (let i = 0; i < 200; i++) {
        const {picture, canvas, rect, ratio} = situation(between);
        const view = geometry.fitView(picture, canvas);
        const device = geometry.deviceSize(canvas, ratio);
        const point = {x: between(0, picture.width), y: between(0, picture.height)};
        const css = geometry.toCanvas(view, point);
        const drawn = {x: css.x * device.width / canvas.width, y: css.y * device.height / canvas.height};
        assert.ok(Math.abs(drawn.x - css.x * ratio) <= 0.5 + 1e-9 && Math.abs(drawn.y - css.y * ratio) <= 0.5 + 1e-9);
        const page = geometry.toClient(rect, canvas, css);
        assert.ok(page.x >= rect.left - 1e-6 && page.x <= rect.left + rect.width + 1e-6);
    }
});

test("a fitted picture is whole, centred, and touches two sides unless it is tiny", () => {
    const between = numbers(3);
    for (let i = 0; i < 200; i++) {
        const {picture, canvas} = situation(between);
        const {scale, offset} = geometry.fitView(picture, canvas);
        assert.ok(offset.x >= -1e-9 && offset.y >= -1e-9);
        assert.ok(Math.abs(offset.x * 2 + picture.width * scale - canvas.width) < 1e-6);
        assert.ok(scale === 8 || Math.min(offset.x, offset.y) < 1e-9);
    }
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
