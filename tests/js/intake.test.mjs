import assert from "node:assert/strict";
import {test} from "node:test";
import {onDrop} from "../../javascript/click_inpaint/pictures/intake.mjs";

test("nothing of our own can be dragged, so that no thumbnail is dropped as a new picture", () => {
    const root = new EventTarget();
    onDrop(root, {file() {}, address() {}, nothing() {}});
    const drag = new Event("dragstart", {cancelable: true});
    root.dispatchEvent(drag);
    assert.ok(drag.defaultPrevented);
});
