import assert from "node:assert/strict";
import {test} from "node:test";
import {onPointer} from "../../javascript/click_inpaint/tools/pointer.mjs";

const PEN = {pointerId: 1, pointerType: "pen"};
const PALM = {pointerId: 2, pointerType: "touch"};
const FINGER = {pointerId: 3, pointerType: "touch"};

/** A canvas whose pointers are moved by hand, and what they came to mean. */
function rig() {
    const heard = {};
    const told = [];
    const canvas = {addEventListener: (kind, listener) => { heard[kind] = listener; }, focus() {}, setPointerCapture() {}};
    const place = ({clientX, clientY}) => ({x: clientX, y: clientY});
    onPointer(canvas, {
        begin: ({point}) => {
            told.push(`begin ${point.x}`);
            return {move: points => told.push(`move ${points.at(-1).x}`), end: () => told.push("end")};
        },
        over: () => told.push("over"), pan() {}, moved() {}, grabs: () => false, pointAt: place, canvasPoint: place,
        pinch: () => () => told.push("pinch"),
    });
    const send = (kind, pointer, x = 0) => heard[`pointer${kind}`]({...pointer, button: 0, clientX: x, clientY: 0, timeStamp: 0, preventDefault() {}});
    return {send, told};
}

test("a palm beside the pen does not disturb its stroke", () => {
    for (const disturb of [
        send => { send("down", PALM); send("move", PALM, 9); send("up", PALM); },
        send => { send("down", PALM); send("cancel", PALM); },
        send => send("cancel", PALM),
    ]) {
        const {send, told} = rig();
        send("down", PEN, 1);
        disturb(send);
        send("move", PEN, 2);
        send("up", PEN);
        assert.deepEqual(told, ["begin 1", "move 2", "over", "end"]);
    }
});

test("the pen takes over from a palm that came first, and the palm's release ends nothing", () => {
    const {send, told} = rig();
    send("down", PALM, 7);
    send("down", PEN, 1);
    send("move", PALM, 8);
    send("up", PALM);
    send("move", PEN, 2);
    send("up", PEN);
    assert.deepEqual(told, ["begin 7", "over", "begin 1", "move 2", "over", "end"]);
});

test("a second finger takes the first one's stroke back and pinches; one of them cancelled ends it", () => {
    const {send, told} = rig();
    send("down", FINGER, 1);
    send("down", PALM, 9);
    send("move", PALM, 12);
    send("cancel", PALM);
    send("move", FINGER, 4);
    assert.deepEqual(told, ["begin 1", "over", "pinch", "over"]);
});

test("its own cancel gives a stroke up, and so does its own second button", () => {
    for (const kind of ["cancel", "down"]) {
        const {send, told} = rig();
        send("down", PEN, 1);
        send(kind, PEN);
        send("up", PEN);
        assert.deepEqual(told, ["begin 1", "over"]);
    }
});
