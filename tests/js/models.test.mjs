import assert from "node:assert/strict";
import {test} from "node:test";
import {bytes, duration} from "../../javascript/click_inpaint/text/amounts.mjs";
import {Client} from "../../javascript/click_inpaint/server/client.mjs";
import {Dismissed} from "../../javascript/click_inpaint/store/dismissed.mjs";
import {rest} from "./page.mjs";

const made = () => ({attributes: {}, listeners: {}, children: [], dataset: {}, textContent: "", append(...all) { this.children.push(...all); },
    replaceChildren(...all) { this.children = all; }, setAttribute(name, value) { this.attributes[name] = value; }, removeAttribute(name) { delete this.attributes[name]; },
    addEventListener(name, listener) { this.listeners[name] = listener; }});
globalThis.document = {createElement: tag => ({tag, ...made()}), createElementNS: (space, tag) => ({tag, ...made()})};
const {describe, Models, offered} = await import("../../javascript/click_inpaint/panel/models.mjs");

const PROGRESS = {stage: "loading", running: true, received: 120e6, total: 375042383, speed: 12.5e6, left: 20.4, message: null};
const FILE = {kind: "segmenter", folder: "/models/sam", name: "a", label: "A", filename: "a.pth", size: 375042383, url: "https://x/a.pth", present: "", recommended: true, progress: null};

test("bytes and seconds read as people say them", () => {
    assert.deepEqual([0, 999, 40728226, 375042383, 2564550879].map(bytes), ["0.0 kB", "1.0 kB", "41 MB", "375 MB", "2.6 GB"]);
    assert.deepEqual([0, 0.2, 40, 90, 91, 5400, 5401, 9e4].map(duration), ["1 s", "1 s", "40 s", "90 s", "2 min", "90 min", "2 h", "25 h"]);
});

test("a file's line tells where it is, and its button what comes next", () => {
    assert.deepEqual(describe(FILE), {said: "", act: "download"});
    assert.deepEqual(describe({...FILE, present: "/models/sam"}), {said: "Ready", act: ""});
    const during = progress => describe({...FILE, progress: {...PROGRESS, ...progress}});
    assert.deepEqual(during({}), {said: "120 MB of 375 MB, 13 MB/s, 21 s left", act: "cancel"});
    assert.deepEqual(during({speed: 0, left: null}), {said: "120 MB of 375 MB", act: "cancel"});
    assert.deepEqual(during({stage: "waiting"}), {said: "Connecting…", act: "cancel"});
    assert.deepEqual(during({stage: "checking"}), {said: "Checking the file…", act: "cancel"});
    assert.deepEqual(during({stage: "cancelled", running: false}), {said: "Stopped at 120 MB", act: "resume"});
    assert.deepEqual(during({stage: "cancelled", running: false, received: 0}), {said: "", act: "download"});
    assert.deepEqual(during({stage: "failed", running: false}), {said: "", act: "retry"});
});

test("a file that came and was taken away again can be had again", () => {
    assert.equal(describe({...FILE, progress: {...PROGRESS, stage: "done", running: false}}).act, "download");
});

test("the recommended file of a kind is offered until one of that kind is here or on its way", () => {
    const checkpoint = {...FILE, kind: "checkpoint", name: "c"};
    const other = {...FILE, name: "b", recommended: false};
    const of = (kind, ...files) => offered(files, kind)?.name;
    assert.equal(of("segmenter", other, FILE, checkpoint), "a");
    assert.equal(of("checkpoint", other, FILE, checkpoint), "c");
    assert.equal(of("checkpoint", {...FILE, present: "/models/sam"}, checkpoint), "c");
    assert.equal(of("segmenter", {...other, present: "/models/sam"}, FILE, checkpoint), undefined);
    assert.equal(of("checkpoint", FILE, {...checkpoint, progress: PROGRESS}), undefined);
    assert.equal(of("checkpoint", FILE, {...checkpoint, recommended: false}), undefined);
});

test("downloads are started and cancelled by name alone", async() => {
    const asked = [];
    const fetch = async(address, {method = "GET", body, headers}) => {
        asked.push([method, address, body]);
        assert.equal(headers["X-Click-Inpaint-Token"], "t");
        return new Response("null");
    };
    const client = new Client("http://host/click-inpaint/", {fetch, token: "t"});
    await client.weights();
    await client.startDownload("sam/../b");
    await client.cancelDownload("b");
    assert.deepEqual(asked, [
        ["GET", "http://host/click-inpaint/weights", undefined],
        ["POST", "http://host/click-inpaint/weights/sam%2F..%2Fb", undefined],
        ["DELETE", "http://host/click-inpaint/weights/b", undefined],
    ]);
});

/** A browser that keeps what is dismissed, for good. */
function keptIn(t) {
    const kept = new Map();
    const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
    Object.defineProperty(globalThis, "localStorage", {configurable: true, value: {getItem: key => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value)}});
    t.after(() => before ? Object.defineProperty(globalThis, "localStorage", before) : delete globalThis.localStorage);
}

/** The page's models over a server that has these files; `lines` is what is offered. */
async function modelsOf(files, dismissed = new Dismissed()) {
    const server = {files, started: []};
    const client = {weights: async() => ({files: server.files}), startDownload: async name => {
        server.started.push(name);
        const progress = {...PROGRESS, received: 0};
        server.files = server.files.map(file => file.name === name ? {...file, progress} : file);
        return progress;
    }};
    const end = new AbortController();
    const models = new Models({client, arrived() { server.arrived = true; }, sentenceOf: String, dismissed}, end.signal);
    const load = async part => {
        if (part) server.files = server.files.map(file => ({...file, ...part}));
        await models.load();
    };
    await load();
    const lines = () => models.offers.children.filter(({hidden}) => !hidden).map(line => {
        const [sentence, take, bar, close] = line.children;
        return {said: sentence.textContent, take, bar, close};
    });
    return {server, load, lines, end: () => end.abort()};
}

test("one press begins the offered download; then its line says how far it is, until the file is there", async t => {
    keptIn(t);
    const {server, load, lines, end} = await modelsOf([FILE]);
    const [first] = lines();
    assert.match(first.said, /MobileSAM.* The file goes to \/models\/sam\.$/);
    assert.deepEqual([first.take.hidden, first.bar.hidden, first.take.textContent], [false, true, "Select better: download A, 375 MB"]);
    first.take.listeners.click();
    await rest();
    assert.deepEqual(server.started, ["a"]);
    await load({progress: PROGRESS});
    const [coming] = lines();
    assert.equal(coming.said, "A: 120 MB of 375 MB, 13 MB/s, 21 s left");
    assert.deepEqual([coming.take.hidden, coming.bar.hidden, coming.bar.value, coming.bar.max], [true, false, 120e6, 375042383]);
    assert.equal(coming.bar.attributes["aria-label"], "A");
    await load({progress: {...PROGRESS, stage: "done", running: false}, present: "/models/sam/a.pth"});
    assert.deepEqual([lines(), server.arrived], [[], true]);
    end();
});

test("one thing is offered at a time; who dismisses it is not asked again, by this page or the next, and is asked the other", async t => {
    keptIn(t);
    const files = [FILE, {...FILE, kind: "checkpoint", name: "c", label: "C"}];
    const {load, lines, end} = await modelsOf(files);
    const left = () => lines().map(({take}) => take.textContent);
    assert.deepEqual(left(), ["Paint better: download C, 375 MB"]);
    lines()[0].close.listeners.click();
    assert.deepEqual(left(), ["Select better: download A, 375 MB"]);
    await load();
    assert.deepEqual(left(), ["Select better: download A, 375 MB"]);
    const next = await modelsOf(files);
    assert.equal(next.lines().length, 1);
    for (const each of [end, next.end]) each();
});
