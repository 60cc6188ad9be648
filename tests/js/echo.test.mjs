import assert from "node:assert/strict";
import {test} from "node:test";
import {Messages} from "../../javascript/click_inpaint/store/messages.mjs";

const watched = [];
globalThis.document = {createElement: () => ({dataset: {}, listeners: {}, textContent: "", hidden: false, append() {}, setAttribute() {},
    remove() { this.removed = true; }, addEventListener(name, listener) { this.listeners[name] = listener; }})};
globalThis.IntersectionObserver = class {
    constructor(look) { this.see = intersectionRatio => look([{intersectionRatio}]); watched.push(this); }
    observe() {}
    disconnect() { this.ended = true; }
};
const {Echo} = await import("../../javascript/click_inpaint/panel/echo.mjs");

test("what somebody waits for is said at the window's edge while the line is out of view, and only then", () => {
    const messages = new Messages();
    const end = new AbortController();
    const scrolled = [];
    const {box} = new Echo({scrollIntoView: how => scrolled.push(how)}, messages, end.signal);
    const observer = watched.at(-1);
    const shown = () => box.hidden ? null : [box.dataset.kind, box.textContent];
    messages.error("No.");
    assert.equal(shown(), null, "the line itself is seen");
    observer.see(0.2);
    assert.deepEqual(shown(), ["error", "No."]);
    messages.error("");
    messages.wait("busy", {atOnce: true});
    assert.equal(shown(), null, "what goes on can wait");
    messages.done();
    messages.told("Done.", "done");
    assert.deepEqual(shown(), ["done", "Done."]);
    box.listeners.click();
    assert.equal(scrolled.length, 1);
    observer.see(1);
    assert.equal(shown(), null);
    messages.told("");
    end.abort();
    assert.deepEqual([observer.ended, box.removed], [true, true]);
});
