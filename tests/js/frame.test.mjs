import assert from "node:assert/strict";
import {spawnSync} from "node:child_process";
import {fileURLToPath} from "node:url";
import {test} from "node:test";
import {addWand, onExtended, setFrame} from "../../javascript/click_inpaint/edit/areas.mjs";
import {addPaint} from "../../javascript/click_inpaint/edit/colours.mjs";
import {edgeAt, extentOf, frameOfShape, lengthTo, roundsOf, toCanvas, withMargin} from "../../javascript/click_inpaint/edit/geometry.mjs";
import {decodePreview} from "../../javascript/click_inpaint/edit/mask.mjs";
import * as states from "../../javascript/click_inpaint/edit/state.mjs";
import {beginTask} from "../../javascript/click_inpaint/edit/tasks.mjs";
import * as views from "../../javascript/click_inpaint/edit/view.mjs";
import {edgeGesture, shownFrame} from "../../javascript/click_inpaint/workspace/edges.mjs";
import {numbers} from "./numbers.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PICTURE = {width: 1200, height: 800};
const FRAME = {left: 30, top: 0, right: 8, bottom: 100};
const CLICKED = states.addClick(states.initialState(), {x: 5, y: 6});
const EXTENDED = setFrame(CLICKED, FRAME);

function inPython(program, edit) {
    const {stdout, stderr, status} = spawnSync(process.env.PYTHON ?? "python3", ["-c", program], {cwd: ROOT, input: JSON.stringify(edit), encoding: "utf8"});
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
}

const there = edit => inPython("import json, sys; from click_inpaint import edit; print(json.dumps(edit.to_json(edit.parse(sys.stdin.read()))))", edit);

test("the server reads the frame as the page writes it, and an Edit without one as it ever did", () => {
    assert.deepEqual(there(EXTENDED.edit), EXTENDED.edit);
    assert.deepEqual(there(CLICKED.edit), CLICKED.edit);
    assert.ok(!("frame" in CLICKED.edit));
    assert.equal(inPython("from click_inpaint import edit; print(edit.MAX_EXTENSION)", {}), states.LIMITS.frame.high);
});

test("a side is whole and within the limits, and the others stay", () => {
    assert.deepEqual(setFrame(EXTENDED, {top: 12.4, bottom: -3}).edit.frame, {left: 30, top: 12, right: 8, bottom: 0});
    assert.equal(setFrame(CLICKED, {left: 1e6}).edit.frame.left, states.LIMITS.frame.high);
});

test("a frame is one step of undo, one gesture is one step, and a frame of nothing is none", () => {
    assert.deepEqual(states.undo(EXTENDED).edit, CLICKED.edit);
    const dragged = setFrame(setFrame(CLICKED, {left: 5}, "frame left"), {left: 9}, "frame left");
    assert.deepEqual([states.undo(dragged).edit, dragged.edit.frame.left], [CLICKED.edit, 9]);
    assert.deepEqual(setFrame(EXTENDED, {left: 0, right: 0, bottom: 0}).edit, CLICKED.edit);
});

test("another picture has no frame; another Edit brings its own, and one without a frame ends it", () => {
    assert.ok(!("frame" in states.newPicture(EXTENDED).edit));
    assert.deepEqual(states.adopt(CLICKED, {frame: FRAME}).edit.frame, FRAME);
    assert.ok(!("frame" in states.adopt(EXTENDED, {selection: []}).edit));
});

test("a session is kept with its frame, and one of before there were frames is still read", () => {
    assert.deepEqual(states.revived(structuredClone(EXTENDED)).edit, EXTENDED.edit);
    assert.deepEqual(states.revived(structuredClone(CLICKED)).edit, CLICKED.edit);
});

test("each shape adds the least that gives it, evenly on two sides, and takes nothing away", () => {
    assert.deepEqual(frameOfShape(PICTURE, [1, 1]), {left: 0, top: 200, right: 0, bottom: 200});
    assert.deepEqual(frameOfShape(PICTURE, [3, 2]), {left: 0, top: 0, right: 0, bottom: 0});
    assert.deepEqual(frameOfShape(PICTURE, [4, 3]), {left: 0, top: 50, right: 0, bottom: 50});
    assert.deepEqual(frameOfShape(PICTURE, [16, 9]), {left: 111, top: 0, right: 111, bottom: 0});
    assert.deepEqual(frameOfShape({width: 9, height: 10}, [1, 1]), {left: 0, top: 0, right: 1, bottom: 0});
    const between = numbers(5);
    for (let i = 0; i < 200; i++) {
        const picture = {width: Math.round(between(1, 5000)), height: Math.round(between(1, 5000))};
        const shape = [Math.round(between(1, 20)), Math.round(between(1, 20))];
        const frame = frameOfShape(picture, shape);
        const {x0, y0, x1, y1} = extentOf(picture, frame);
        const off = Math.min(Math.abs(x1 - x0 - (y1 - y0) * shape[0] / shape[1]), Math.abs(y1 - y0 - (x1 - x0) * shape[1] / shape[0]));
        assert.ok(off <= 0.5 + 1e-9, JSON.stringify({picture, shape, frame}));
        assert.ok(Math.min(...Object.values(frame)) >= 0 && Math.abs(frame.left - frame.right) <= 1 && Math.abs(frame.top - frame.bottom) <= 1);
        assert.ok(!(frame.left + frame.right) || !(frame.top + frame.bottom), "one direction is enough");
    }
});

test("Extend shows what it means at once, keeps what is there, and another task ends it; undo brings it back", () => {
    const begun = beginTask(CLICKED, "extend", PICTURE);
    assert.deepEqual(begun.edit.frame, {left: 104, top: 104, right: 104, bottom: 104});
    assert.deepEqual(begun.edit.selection, CLICKED.edit.selection);
    assert.deepEqual(states.undo(begun).edit, CLICKED.edit);
    assert.deepEqual(beginTask(EXTENDED, "extend", PICTURE).edit.frame, FRAME);
    const other = beginTask(begun, "replace", PICTURE);
    assert.ok(!("frame" in other.edit));
    assert.deepEqual(states.undo(other).edit.frame, begun.edit.frame);
    assert.deepEqual(beginTask(EXTENDED, "replace", PICTURE).edit.frame, FRAME, "which no task has set");
    assert.equal(beginTask(CLICKED, "extend", {width: 9, height: 9}).edit.frame.left, 8);
});

test("the server's boxes of an extended picture come in pixels of the picture", () => {
    const header = {frame: [1238, 900], origin: [30, 20], box: [0, 0, 2, 1], parts: [{crop: [10, 5, 500, 400], working: [512, 512]}]};
    const told = new TextEncoder().encode(JSON.stringify(header));
    const bytes = new Uint8Array(4 + told.length + 2);
    new DataView(bytes.buffer).setUint32(0, told.length, true);
    bytes.set(told, 4);
    bytes.set([7, 9], 4 + told.length);
    const preview = decodePreview(bytes.buffer);
    assert.deepEqual(preview.header.box, [-30, -20, -28, -19]);
    assert.deepEqual(preview.header.parts[0].crop, [-20, -15, 470, 380]);
    assert.deepEqual([...preview.mask.values], [7, 9]);
});

test("what was drawn lies on the result where it lay in the picture", () => {
    let state = addWand(states.addBox(EXTENDED, {x0: 1, y0: 2, x1: 3, y1: 4}), {x: 7, y: 8}, {tolerance: 5, contiguous: true});
    state = states.invert(addPaint(states.addLasso(state, [{x: 0, y: 0}, {x: 9, y: 0}, {x: 0, y: 9}]), [{x: 1, y: 1}], 3, {colour: "#aabbcc", opacity: 1}));
    const {edit} = states.setArea(states.addMask(setFrame(state, {top: 10}), "m"), {context: [1, 2, 3, 4]});
    const moved = onExtended(edit);
    const [click, box, wand, lasso, paint, invert] = moved.selection;
    assert.equal(moved.selection.length, 6, "a mask of the smaller picture fits no more");
    assert.deepEqual([click.x, click.y, box.x0, box.y1, wand.x, wand.y], [35, 16, 31, 14, 37, 18]);
    assert.deepEqual([lasso.points[1], paint.points, invert.kind], [[39, 10], [[31, 11]], "invert"]);
    assert.deepEqual([moved.area.context, moved.frame], [[31, 12, 33, 14], undefined]);
    assert.equal(onExtended(CLICKED.edit), CLICKED.edit);
});

test("the whole of an extended picture shows, and no pan loses it", () => {
    const between = numbers(8);
    for (let i = 0; i < 200; i++) {
        const picture = {width: Math.round(between(1, 4000)), height: Math.round(between(1, 4000))};
        const extent = extentOf(picture, {left: Math.round(between(0, 999)), top: 0, right: Math.round(between(0, 99)), bottom: Math.round(between(0, 999))});
        const stage = {picture, extent, canvas: {width: between(200, 2000), height: between(200, 2000)}, ratio: 1};
        const fit = views.viewOf(null, stage);
        const [from, to] = [toCanvas(fit, {x: extent.x0, y: extent.y0}), toCanvas(fit, {x: extent.x1, y: extent.y1})];
        assert.ok(from.x >= -1 && from.y >= -1 && to.x <= stage.canvas.width + 1 && to.y <= stage.canvas.height + 1);
        assert.ok(Math.abs(from.x + to.x - stage.canvas.width) <= 1.001 && Math.abs(from.y + to.y - stage.canvas.height) <= 1.001, "in the middle");
        const far = views.pannedBy(views.zoomedBy(null, stage, 3), stage, 1e6, 1e6);
        if (far) assert.deepEqual(far.centre, {x: extent.x0, y: extent.y0});
    }
});

test("an edge is found beside it, along all of it, and nowhere else", () => {
    const extent = {x0: -30, y0: 0, x1: 1208, y1: 900};
    assert.deepEqual([[-33, 400], [-25, 880], [500, 3], [1210, 20], [100, 904]].map(([x, y]) => edgeAt(extent, {x, y}, 6)),
        ["left", "left", "top", "right", "bottom"]);
    for (const [x, y] of [[0, 400], [-40, 400], [600, 450], [-36.1, 0], [500, 907]]) assert.equal(edgeAt(extent, {x, y}, 6), null);
});

test("an edge is drawn outward by what lies beyond the picture, and never into it", () => {
    for (const [side, x, y, length] of [["left", -12, 5, 12], ["left", 3, 5, 0], ["top", 9, -7, 7], ["right", 1264, 0, 64], ["bottom", 0, 790, 0]]) {
        assert.equal(lengthTo(PICTURE, side, {x, y}), length);
    }
    assert.deepEqual(withMargin({x0: 0, y0: 10, x1: 100, y1: 30}, 0.1), {x0: -10, y0: 0, x1: 110, y1: 40});
});

/** What a press at an edge comes to. */
function drawn(state, press, ...points) {
    const drafts = [];
    const store = {picture: PICTURE, state, change: transition => { store.state = transition(store.state); }};
    const gesture = edgeGesture(store, {view: {scale: 0.5}, show: ({draft}) => drafts.push(draft.box)}, press);
    if (gesture && points.length) gesture.move(points.map(([x, y]) => ({x, y})));
    gesture?.end();
    return {gesture, drafts, frame: store.state.edit.frame};
}

test("drawing an edge is one step of undo, in whole cells, and a press without a move changes nothing", () => {
    const press = {point: {x: 1210, y: 300}, takesAway: false, newObject: false};
    const {drafts, frame} = drawn(EXTENDED, press, [1250, 310], [1301, 320]);
    assert.deepEqual(frame, {...FRAME, right: 104});
    assert.deepEqual(drafts.map(({x0, y0, x1, y1}) => [x0, y0 + 0, x1, y1]), [[-30, 0, 1304, 900]]);
    assert.deepEqual(drawn(EXTENDED, press).frame, FRAME);
    assert.deepEqual(drawn(EXTENDED, press, [900, 300]).frame, {...FRAME, right: 0});
});

test("an edge is held where the person extends, not with the other button, and a finger holds it from further off", () => {
    const press = {point: {x: 1200, y: 300}, takesAway: false, newObject: false};
    assert.equal(drawn(CLICKED, press).gesture, null, "who selects at the picture's edge selects");
    const begun = {...CLICKED, task: "extend"};
    assert.ok(drawn(begun, press).gesture);
    assert.equal(drawn(begun, {...press, takesAway: true}).gesture, null);
    const off = {...press, point: {x: 1230, y: 300}};
    assert.equal(drawn(begun, off).gesture, null);
    assert.ok(drawn(begun, {...off, byTouch: true}).gesture);
    assert.deepEqual([shownFrame(CLICKED), shownFrame(begun), shownFrame(EXTENDED)], [undefined, {left: 0, top: 0, right: 0, bottom: 0}, FRAME]);
});

test("rounds add just what the frame does, none of them more than a quarter of what is there", () => {
    assert.deepEqual(roundsOf(PICTURE, {left: 0, top: 0, right: 300, bottom: 200}), [{left: 0, top: 0, right: 300, bottom: 200}].map(one => ({...one, right: 296}))
        .concat([{left: 0, top: 0, right: 4, bottom: 0}]));
    const between = numbers(9);
    for (let i = 0; i < 200; i++) {
        let picture = {width: Math.round(between(40, 3000)), height: Math.round(between(40, 3000))};
        const frame = {left: Math.round(between(0, 3000)), top: 0, right: Math.round(between(0, 900)), bottom: Math.round(between(0, 3000))};
        const sum = {left: 0, top: 0, right: 0, bottom: 0};
        for (const round of roundsOf(picture, frame)) {
            assert.ok(Math.max(round.left, round.right) <= picture.width / 4 && Math.max(round.top, round.bottom) <= picture.height / 4);
            for (const side of Object.keys(sum)) sum[side] += round[side];
            picture = {width: picture.width + round.left + round.right, height: picture.height + round.top + round.bottom};
        }
        assert.deepEqual(sum, frame);
    }
});
