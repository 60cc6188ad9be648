import assert from "node:assert/strict";
import {test} from "node:test";
import {Messages, sentenceOf} from "../../javascript/click_inpaint/store/messages.mjs";
import {Refused, Unreachable} from "../../javascript/click_inpaint/server/client.mjs";
import {GROUPS, Tools} from "../../javascript/click_inpaint/tools/tools.mjs";
import {messageOf, translations} from "./server_messages.mjs";

globalThis.document = {
    createElement: () => ({dataset: {}, attributes: {}, listeners: {}, textContent: "", append() {}, setAttribute(name, value) { this.attributes[name] = value; },
        addEventListener(name, listener) { this.listeners[name] = listener; }}),
};
const {StatusLine} = await import("../../javascript/click_inpaint/panel/status.mjs");

const HEADER = {parts: [{crop: [0, 0, 200, 100], working: [512, 256]}], apart: 0, advice: []};

/** A status line over a store that holds this; `shown` is what stands there. */
function lineOf(holds = {}) {
    const followers = [];
    const pressed = [];
    const store = {messages: new Messages(), picture: null, preview: null, isSelected: false, get paints() { return this.isSelected; }, notes: "", state: {edit: {area: {mode: "masked"}}}, ...holds,
        follow: follower => (followers.push(follower), follower())};
    const tools = new Tools();
    const {line, bar, offer, plan} = new StatusLine(store, tools, () => pressed.push("each"));
    return {store, tools, messages: store.messages, line, bar, offer, pressed, plan, change: part => (Object.assign(store, part), followers.forEach(one => one())),
        shown: () => [line.dataset.kind, line.textContent, line.attributes["aria-live"]]};
}

test("what went wrong is said before how far something is, and that before what is awaited", () => {
    const {messages, bar, shown} = lineOf({picture: {}});
    messages.wait("busy", {atOnce: true});
    messages.progress(0.4, "40 %");
    assert.deepEqual([shown(), bar.hidden, bar.value], [["busy", "40 %", "off"], false, 0.4]);
    messages.error("No.");
    assert.deepEqual(shown(), ["error", "No.", "polite"]);
    messages.error("");
    messages.progress(null);
    assert.match(shown()[1], /is painting/);
    assert.equal(bar.hidden, true);
    messages.done();
    assert.deepEqual(shown(), ["hint", "Click the object that you want to change.", "polite"]);
});

test("why a job is not done is brought into view, once; other errors leave the page where it is", () => {
    const {messages, line, shown} = lineOf({picture: {}});
    let scrolled = 0;
    line.scrollIntoView = ({block}) => { scrolled += block === "nearest" ? 1 : 0; };
    messages.error("The Web UI does not answer.");
    assert.equal(scrolled, 0);
    messages.refuse("Click the object first.");
    messages.refuse("Click the object first.");
    assert.deepEqual([shown(), scrolled], [["error", "Click the object first.", "polite"], 1]);
    messages.error("");
    assert.equal(shown()[0], "hint");
});

test("what has been done is said for a while", t => {
    t.mock.timers.enable({apis: ["setTimeout"]});
    const {messages, shown} = lineOf();
    messages.told("Done.");
    assert.deepEqual(shown().slice(0, 2), ["told", "Done."]);
    t.mock.timers.tick(5000);
    assert.deepEqual(shown().slice(0, 2), ["hint", ""]);
});

test("what is over soon is not announced", t => {
    t.mock.timers.enable({apis: ["setTimeout"]});
    const {messages, shown} = lineOf();
    messages.wait("selecting", {later: "selectingLong"});
    t.mock.timers.tick(249);
    assert.equal(shown()[1], "");
    t.mock.timers.tick(1);
    assert.match(shown()[1], /^Selecting…$/);
    t.mock.timers.tick(3000);
    assert.match(shown()[1], /takes longest/);
    messages.done();
    t.mock.timers.tick(9000);
    assert.equal(shown()[1], "");
});

test("advice on a selection is said before what to do next, and the plan stands beside it", () => {
    const {change, plan, shown} = lineOf({picture: {}, notes: "16 bits became 8."});
    assert.deepEqual(shown().slice(0, 2), ["hint", "16 bits became 8. Click the object that you want to change."]);
    change({isSelected: true, preview: {header: {...HEADER, advice: [messageOf("Painted at {percent} %.", {percent: 34}), messageOf("Beware.")]}}});
    assert.deepEqual(shown().slice(0, 2), ["advice", "Painted at 34 %. Beware."]);
    assert.equal(plan.textContent, "Part of 200×100 px, painted at 512×256 px");
    change({preview: {header: HEADER}});
    assert.match(shown()[1], /then press Generate/);
    change({isSelected: false, preview: null});
    assert.equal(plan.textContent, "");
});

test("a guess that the segmenter thinks little of is told as poor, until something else is done", () => {
    const server = {auto: {segmenter: "grabcut"}, segmenters: [{name: "grabcut", built_in: true}, {name: "sam"}]};
    const state = segmenter => ({segmenter, edit: {area: {mode: "masked"}, selection: [{}]}});
    const of = score => ({header: {...HEADER, objects: [{last: 0, scores: [score, 0.9], candidate: 0}]}});
    const {change, shown} = lineOf({picture: {}, isSelected: true, server, state: state("auto"), preview: of(0.3)});
    assert.deepEqual(shown().slice(0, 2), ["advice", "Unsure: draw a box around it, click more of it, or get MobileSAM below: More, then Models."]);
    change({state: state("sam")});
    assert.match(shown()[1], /or take the next guess/);
    change({preview: of(0.7)});
    assert.match(shown()[1], /then press Generate/);
    const drawn = state("auto");
    drawn.edit.selection = [{}, {}];
    change({preview: of(0.3), state: drawn});
    assert.match(shown()[1], /then press Generate/);
});

test("with a task it says what to click first and what comes then, and when a result is there, that", () => {
    const {change, shown} = lineOf({state: {edit: {area: {mode: "masked"}}, task: "remove"}});
    assert.equal(shown()[1], "Open a picture first.");
    change({picture: {}});
    assert.equal(shown()[1], "Click what is to go.");
    change({isSelected: true});
    assert.equal(shown()[1], "Selected. Press Generate.");
    change({isPainted: true});
    assert.match(shown()[1], /^Done\. Compare it/);
    change({isSelected: false});
    assert.equal(shown()[1], "Click what is to go.");
});

test("what comes first is said of the tool in hand, and at once when another one is taken", () => {
    const {change, shown, tools} = lineOf({picture: {}});
    /** What each tool is told to begin with. */
    const firsts = () => Object.fromEntries(GROUPS.flat().map(name => (tools.take(name), [name, shown()[1]])));
    const plain = firsts();
    assert.equal(plain.point, "Click the object that you want to change.");
    assert.equal(plain.lasso, "Draw around what you want to change.");
    assert.equal(plain.brush, "Paint over what you want to change.");
    assert.match(plain.eraser, /nothing to erase/);
    assert.equal(new Set(Object.values(plain)).size, GROUPS.flat().length, "each tool does something else");
    change({state: {edit: {area: {mode: "masked"}}, task: "add"}});
    assert.deepEqual(firsts(), {...plain, point: plain.point, brush: "Paint over the place where it should be."});
    change({state: {edit: {area: {mode: "masked"}}, task: "background"}});
    const others = firsts();
    for (const name of ["point", "brush", "lasso"]) assert.match(others[name], /^Select what is to stay/);
    assert.equal(others.eraser, plain.eraser);
    change({isSelected: true});
    tools.take("lasso");
    assert.match(shown()[1], /^All but the object is selected/);
});

test("advice and refusals are said in the host's language, with their values", t => {
    translations(t, {"Painted at {percent} %.": "Mit {percent} % gemalt.", "Over {most} MB.": "Mehr als {most} MB."});
    const {change, shown} = lineOf({picture: {}});
    change({isSelected: true, preview: {header: {...HEADER, advice: [messageOf("Painted at {percent} %.", {percent: 34})]}}});
    assert.equal(shown()[1], "Mit 34 % gemalt.");
    assert.equal(sentenceOf(new Refused("Over 3 MB.", 413, {said: messageOf("Over {most} MB.", {most: 3})})), "Mehr als 3 MB.");
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

test("far-apart objects are offered one by one, and then the line says how they are painted", () => {
    const apart = {...HEADER, apart: 2};
    const {offer, pressed, plan, change} = lineOf({picture: {}, isSelected: true, preview: {header: HEADER}});
    assert.equal(offer.hidden, true);
    change({preview: {header: apart}});
    assert.deepEqual([offer.hidden, offer.textContent], [false, "Paint each of the 2 objects by itself"]);
    offer.listeners.click();
    assert.deepEqual(pressed, ["each"]);
    change({state: {edit: {area: {mode: "each"}}}});
    assert.equal(offer.hidden, true, "the old preview is still shown");
    change({preview: {header: {...HEADER, parts: [HEADER.parts[0], {crop: [300, 0, 400, 100], working: [256, 256]}]}}});
    assert.equal(plan.textContent, "2 objects, each painted at 512×256, 256×256, one after the other");
    change({isSelected: false, state: {edit: {area: {mode: "masked"}}}, preview: {header: apart}});
    assert.equal(offer.hidden, true);
});
