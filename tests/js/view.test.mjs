import assert from "node:assert/strict";
import {test} from "node:test";
import * as geometry from "../../javascript/click_inpaint/edit/geometry.mjs";
import * as views from "../../javascript/click_inpaint/edit/view.mjs";
import {numbers} from "./numbers.mjs";

const ROUNDS = 200;

function stageOf(between) {
    const picture = {width: Math.round(between(1, 12000)), height: Math.round(between(1, 12000))};
    const canvas = {width: between(200, 2500), height: between(150, 1400)};
    return {picture, canvas, ratio: between(0.5, 4)};
}

/** A camera that a person may have come to: some zooms and moves from the fit. */
function cameraOf(between, stage) {
    let camera = null;
    for (let i = Math.round(between(0, 5)); i > 0; i--) {
        camera = views.zoomedBy(camera, stage, 2 ** between(-2, 4), onCanvas(between, stage));
        camera = views.pannedBy(camera, stage, between(-500, 500), between(-500, 500));
    }
    return camera;
}

function onCanvas(between, {canvas}) {
    return {x: between(0, canvas.width), y: between(0, canvas.height)};
}

function each(seed, check) {
    const between = numbers(seed);
    for (let i = 0; i < ROUNDS; i++) {
        const stage = stageOf(between);
        check(between, stage, cameraOf(between, stage));
    }
}

const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

test("page → picture → page is exact in 200 random views, wherever the canvas lies and however it is shown", () => {
    each(1, (between, stage, camera) => {
        const view = views.viewOf(camera, stage);
        const {canvas} = stage;
        const shown = between(0.5, 2); // a CSS transform around the canvas
        const rect = {left: between(-3000, 3000), top: between(-3000, 3000), width: canvas.width * shown, height: canvas.height * shown};
        const page = {x: rect.left + between(0, rect.width), y: rect.top + between(0, rect.height)};
        const point = geometry.toPicture(view, geometry.fromClient(rect, canvas, page));
        const back = geometry.toClient(rect, canvas, geometry.toCanvas(view, point));
        assert.ok(apart(back, page) * view.scale <= 0.5 && apart(back, page) < 1e-6, JSON.stringify({stage, camera, page, back}));
    });
});

test("the picture pixel that is drawn on a device pixel is the one that a click there means, to half a device pixel", () => {
    each(2, (between, stage, camera) => {
        const view = views.viewOf(camera, stage);
        const corner = {x: view.offset.x * stage.ratio, y: view.offset.y * stage.ratio};
        const whole = {x: Math.round(corner.x), y: Math.round(corner.y)};
        if (view.scale * stage.ratio >= 1) assert.ok(apart(corner, whole) < 1e-6, "its corner lies on a whole one");
        const exact = camera ?? {scale: views.fitScale(stage), centre: {x: stage.picture.width / 2, y: stage.picture.height / 2}};
        const middle = geometry.toCanvas(view, exact.centre);
        assert.ok(Math.abs(middle.x - stage.canvas.width / 2) <= 0.5 / stage.ratio + 1e-9);
        assert.ok(Math.abs(middle.y - stage.canvas.height / 2) <= 0.5 / stage.ratio + 1e-9);
    });
});

test("a fitted picture is whole and centred, and touches two sides unless it is tiny", () => {
    each(3, (_, stage) => {
        const {picture, canvas, ratio} = stage;
        const {scale, offset} = views.viewOf(null, stage);
        const half = 0.5 / ratio + 1e-9;
        for (const [at, shown, all] of [[offset.x, picture.width * scale, canvas.width], [offset.y, picture.height * scale, canvas.height]]) {
            assert.ok(at >= -half && Math.abs(2 * at + shown - all) <= 2 * half);
        }
        assert.ok(scale === 8 || Math.abs(Math.min(canvas.width - picture.width * scale, canvas.height - picture.height * scale)) < 1e-6);
    });
});

test("zooming in keeps what is under the pointer under it", () => {
    each(4, (between, stage, camera) => {
        const view = views.viewOf(camera, stage);
        const anchor = onCanvas(between, stage);
        const held = geometry.toPicture(view, anchor);
        if (!geometry.contains(stage.picture, held)) return;
        const next = views.zoomedBy(camera, stage, 2 ** between(0, 3), anchor);
        if (!next || next.scale < views.fitScale(stage)) return; // smaller than its fit it is centred
        const at = geometry.toCanvas(views.viewOf(next, stage), held);
        const grown = next.scale / view.scale;
        assert.ok(apart(at, anchor) <= (1 + grown) / stage.ratio, JSON.stringify({at, anchor, stage, camera, next}));
    });
});

test("in and out again at one place comes back to where it was", () => {
    each(5, (between, stage, camera) => {
        if (!camera || camera.scale < views.fitScale(stage)) return;
        const anchor = onCanvas(between, stage);
        if (!geometry.contains(stage.picture, geometry.toPicture(views.viewOf(camera, stage), anchor))) return;
        const factor = Math.min(2 ** between(0, 3), views.scaleLimits(stage).most / camera.scale);
        const back = views.zoomedBy(views.zoomedBy(camera, stage, factor, anchor), stage, 1 / factor, anchor);
        if (!back) return;
        assert.ok(Math.abs(back.scale / camera.scale - 1) < 1e-9 && apart(back.centre, camera.centre) < 1e-6 * stage.picture.width + 1e-6);
    });
});

test("no zoom leaves half the fit … 6400 %, and no pan loses the picture", () => {
    each(6, (between, stage, camera) => {
        const {least, most} = views.scaleLimits(stage);
        const after = views.pannedBy(views.zoomedBy(camera, stage, 2 ** between(-30, 30), onCanvas(between, stage)), stage, between(-1e5, 1e5), between(-1e5, 1e5));
        const {scale} = views.viewOf(after, stage);
        assert.ok(scale >= least * (1 - 1e-9) && scale <= most * (1 + 1e-9));
        assert.equal(least, views.fitScale(stage) / 2);
        const middle = after?.centre ?? {x: 0, y: 0};
        assert.ok(middle.x >= 0 && middle.x <= stage.picture.width && middle.y >= 0 && middle.y <= stage.picture.height);
    });
    const stage = {picture: {width: 4000, height: 3000}, canvas: {width: 800, height: 600}, ratio: 2};
    assert.equal(views.percentOf(views.zoomedBy(null, stage, 1e9), stage), 6400);
});

test("a pan moves the picture by what the hand moved", () => {
    const stage = {picture: {width: 4000, height: 3000}, canvas: {width: 800, height: 600}, ratio: 1};
    const camera = views.actualSize(null, stage);
    const [before, after] = [views.viewOf(camera, stage), views.viewOf(views.pannedBy(camera, stage, 30, -12), stage)];
    assert.deepEqual([after.offset.x - before.offset.x, after.offset.y - before.offset.y], [30, -12]);
});

test("two fingers keep the picture under them", () => {
    const stage = {picture: {width: 4000, height: 3000}, canvas: {width: 800, height: 600}, ratio: 1};
    const camera = views.zoomedBy(null, stage, 2);
    const [before, after] = [[{x: 300, y: 300}, {x: 400, y: 300}], [{x: 280, y: 340}, {x: 480, y: 340}]];
    const was = before.map(finger => geometry.toPicture(views.viewOf(camera, stage), finger));
    const pinched = views.viewOf(views.pinched(camera, stage, before, after), stage);
    for (const [i, finger] of after.entries()) assert.ok(apart(geometry.toCanvas(pinched, was[i]), finger) <= 2);
});

test("steps of zoom go through round percentages, both ways, to the limits", () => {
    const stage = {picture: {width: 4000, height: 3000}, canvas: {width: 800, height: 600}, ratio: 2};
    let camera = null;
    const seen = [];
    for (let i = 0; i < 14; i++) seen.push(views.percentOf(camera = views.zoomedStep(camera, stage, 1), stage));
    assert.deepEqual(seen, [50, 67, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3200, 4800]);
    assert.equal(views.percentOf(camera = views.zoomedStep(views.zoomedStep(camera, stage, 1), stage, 1), stage), 6400);
    assert.equal(views.percentOf(views.zoomedStep(camera, stage, -1), stage), 4800);
    assert.equal(views.zoomedStep(views.zoomedStep(null, stage, 1), stage, -1).scale * stage.ratio, 1 / 3);
});

test("the fit follows the canvas; any other view keeps its middle", () => {
    const stage = {picture: {width: 4000, height: 3000}, canvas: {width: 800, height: 600}, ratio: 1};
    assert.equal(views.zoomedBy(views.zoomedBy(null, stage, 4), stage, 1 / 4), null);
    const camera = views.pannedBy(views.actualSize(null, stage), stage, 100, 50);
    const wider = {...stage, canvas: {width: 1200, height: 500}};
    assert.deepEqual(geometry.toPicture(views.viewOf(camera, wider), {x: 600, y: 250}), camera.centre);
});

test("revealing moves only as far as it must", () => {
    const stage = {picture: {width: 4000, height: 3000}, canvas: {width: 800, height: 600}, ratio: 1};
    const camera = views.actualSize(null, stage);
    assert.equal(views.revealing(camera, stage, {x: 2000, y: 1500}, 40), camera);
    const moved = views.revealing(camera, stage, {x: 2500, y: 1500}, 40);
    assert.deepEqual(geometry.toCanvas(views.viewOf(moved, stage), {x: 2500, y: 1500}), {x: 760, y: 300});
});
