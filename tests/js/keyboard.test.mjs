import assert from "node:assert/strict";
import {test} from "node:test";
import {Focus} from "../../javascript/click_inpaint/dom/focus.mjs";
import {onKeys} from "../../javascript/click_inpaint/tools/keyboard.mjs";

/** An element as far as keys ask: its kind is what a selector names first. */
class Thing extends EventTarget {
    isConnected = true;
    hovered = false;
    disabled = false;

    constructor(page, kind, inRoot) {
        super();
        Object.assign(this, {page, kind, inRoot});
    }

    matches(selector) {
        if (selector === ":hover") return this.hovered;
        if (selector === ":disabled") return this.disabled;
        const all = selector.split(", ");
        return all.includes(this.kind === "range" ? "input" : this.kind);
    }

    closest(selector) {
        return this.kind === selector ? this : null;
    }

    getClientRects() {
        return [{}];
    }

    focus() {
        this.page.activeElement = this;
        this.page.dispatchEvent(Object.assign(new Event("focusin"), {aim: this}));
    }
}

/** A page with our root, its canvas and the host around it, and what keys came to mean. */
function pageOf(t) {
    const page = Object.assign(new EventTarget(), {body: {matches: () => false, closest: () => null}});
    const ended = new AbortController();
    const thing = (kind, inRoot = true) => new Thing(page, kind, inRoot);
    const canvas = thing("canvas");
    const root = {contains: one => one?.inRoot === true && one.isConnected, offsetParent: {}};
    const told = [];
    let held = false;
    const tell = name => () => told.push(name);
    page.activeElement = page.body;
    Object.assign(globalThis, {window: new EventTarget(), document: {
        get activeElement() { return page.activeElement; },
        body: page.body,
        querySelector: () => null,
        addEventListener: (kind, listener, options) => page.addEventListener(kind,
            event => listener(event.aim ? {target: event.aim} : event), options),
    }});
    t.after(() => {
        ended.abort();
        delete globalThis.window;
        delete globalThis.document;
    });
    const focus = new Focus(root, canvas, ended.signal);
    onKeys(focus, canvas, {undo: tell("undo"), redo: tell("redo"), escape: () => true, move() {}, press: tell("press"),
        grab: () => { held = true; told.push("grab"); },
        letGo: () => {
            const was = {held, used: false};
            held = false;
            return was;
        },
        letter: letter => Boolean(told.push(letter)),
    }, ended.signal);
    const key = (name, with_ = {}, kind = "keydown") => {
        const event = Object.assign(new Event(kind, {cancelable: true}), {key: name, ...with_});
        page.dispatchEvent(event);
        return event.defaultPrevented;
    };
    const press = aim => page.dispatchEvent(Object.assign(new Event("pointerdown"), {aim}));
    const lose = () => { page.activeElement = page.body; };
    return {thing, canvas, root, focus, told, key, press, lose};
}

const UNDO = {ctrlKey: true};

test("where nothing has the focus, keys are ours after our own part of the page was used last", t => {
    const {thing, root, told, key, press, lose} = pageOf(t);
    key("z", UNDO);
    assert.deepEqual(told, [], "nothing was used yet");
    thing("button").focus();
    lose(); // it was disabled
    key("z", UNDO);
    assert.deepEqual(told, ["undo"]);
    root.offsetParent = null; // another tab is chosen
    key("z", UNDO);
    root.offsetParent = {};
    press(thing("div", false));
    key("z", UNDO);
    assert.deepEqual(told, ["undo"]);
    press(thing("div"));
    key("z", UNDO);
    press(thing("dialog"));
    key("z", UNDO);
    assert.deepEqual(told, ["undo", "undo"], "behind a dialog they mean nothing");
});

test("typing is typing, whatever was used last and wherever the pointer is", t => {
    const {thing, canvas, told, key} = pageOf(t);
    thing("button").focus();
    canvas.hovered = true;
    thing("textarea", false).focus();
    for (const name of ["b", " ", "Escape"]) assert.equal(key(name), false);
    assert.equal(key("z", UNDO), false);
    assert.deepEqual(told, []);
});

test("over the canvas Space moves the view whatever of ours has the focus; elsewhere it presses that", t => {
    const {thing, canvas, told, key} = pageOf(t);
    for (const kind of ["button", "range", "canvas"]) {
        (kind === "canvas" ? canvas : thing(kind)).focus();
        canvas.hovered = true;
        assert.ok(key(" ") && key(" ", {}, "keyup"), kind);
        canvas.hovered = false;
        assert.equal(key(" ") && key(" ", {}, "keyup"), kind === "canvas");
    }
    canvas.hovered = true;
    thing("button", false).focus();
    assert.equal(key(" "), false, "Generate is the host's");
    assert.deepEqual(told, ["grab", "grab", "grab", "press", "grab", "press"]);
});

test("letters are the tools' with the focus on a button or slider, and a list's own", t => {
    const {thing, told, key} = pageOf(t);
    for (const kind of ["button", "range", "select"]) {
        thing(kind).focus();
        key("e");
    }
    assert.deepEqual(told, ["e", "e"]);
});

test("the canvas takes the focus of what vanishes or is disabled, of ours only", t => {
    const {thing, canvas, focus, lose} = pageOf(t);
    for (const spoil of [one => { one.disabled = true; }, one => { one.isConnected = false; lose(); }]) {
        for (const inRoot of [true, false]) {
            const one = thing("button", inRoot);
            one.focus();
            focus.rescue();
            assert.equal(document.activeElement, one, "while it is of use, nothing moves");
            spoil(one);
            focus.rescue();
            assert.equal(document.activeElement === canvas, inRoot);
        }
    }
});

test("a key held down on what was pressed does not go on pressing on the canvas", t => {
    const {canvas, told} = pageOf(t);
    canvas.focus();
    for (const repeat of [true, false]) canvas.dispatchEvent(Object.assign(new Event("keydown"), {key: "Enter", repeat}));
    assert.deepEqual(told, ["press"]);
});
