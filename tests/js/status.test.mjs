import assert from "node:assert/strict";
import {test} from "node:test";

globalThis.document = {
    createElement: () => ({dataset: {}, attributes: {}, textContent: "", append() {}, setAttribute(name, value) { this.attributes[name] = value; }}),
};
const {Refused, Unreachable} = await import("../../javascript/click_inpaint/server/client.mjs");
const {StatusLine, sentenceOf} = await import("../../javascript/click_inpaint/panel/status.mjs");

test("what went wrong is said before how far something is, and that before what is awaited", () => {
    const status = new StatusLine();
    const shown = () => [status.line.dataset.kind, status.line.textContent, status.line.attributes["aria-live"]];
    status.hint("Click.");
    status.wait("busy", {atOnce: true});
    status.progress(0.4, "40 %");
    assert.deepEqual(shown(), ["busy", "40 %", "off"]);
    status.error("No.");
    assert.deepEqual(shown(), ["error", "No.", "polite"]);
    status.error("");
    status.progress(null);
    assert.match(shown()[1], /is painting/);
    status.done();
    assert.deepEqual(shown(), ["hint", "Click.", "polite"]);
});

test("each failure has its sentence", t => {
    const logged = t.mock.method(console, "error", () => undefined);
    assert.match(sentenceOf(new Unreachable()), /does not answer/);
    assert.match(sentenceOf(new Refused("Log in.", 401)), /log in, and go on here/);
    assert.match(sentenceOf(new Refused("Log in.", 401, {hadToken: true})), /was restarted: reload this page/);
    assert.equal(sentenceOf(new Refused("Too large.", 413, {hadToken: true})), "Too large.");
    assert.equal(logged.mock.callCount(), 0);
    assert.equal(sentenceOf(new Error("a bug")), "a bug");
    assert.equal(logged.mock.callCount(), 1);
});
