import assert from "node:assert/strict";
import {test} from "node:test";
import {Client, Refused, Unreachable} from "../../javascript/click_inpaint/server/client.mjs";
import {initialState} from "../../javascript/click_inpaint/edit/state.mjs";
import {messageOf} from "./server_messages.mjs";

const BASE = "http://host/sub/click-inpaint/";
const HEADER = {frame: [40, 30], box: [1, 2, 4, 4], parts: [{crop: [0, 0, 16, 16], working: [64, 64]}], apart: 0, digest: "d", advice: []};
const REQUEST = {edit: {...initialState().edit, image: "old"}, width: 512, height: 448};

function reply(header = HEADER, values = [0, 128, 255, 255, 128, 0]) {
    const json = new TextEncoder().encode(JSON.stringify(header));
    const bytes = new Uint8Array(4 + json.length + values.length);
    new DataView(bytes.buffer).setUint32(0, json.length, true);
    bytes.set(json, 4);
    bytes.set(values, 4 + json.length);
    return new Response(bytes);
}

const refusal = (status, error, headers = {}) => new Response(JSON.stringify({error}), {status, headers});

/** A fetch that gives these answers in turn (the last again and again), and remembers what it was asked. */
function answering(...answers) {
    const asked = [];
    const fetch = async(address, options = {}) => {
        asked.push({address, body: typeof options.body === "string" ? JSON.parse(options.body) : options.body, options});
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        return typeof answer === "function" ? answer(options) : answer.clone();
    };
    return {fetch, asked};
}

function clientOf(...answers) {
    const {fetch, asked} = answering(...answers);
    const slept = [];
    return {client: new Client(BASE, {fetch, sleep: async seconds => void slept.push(seconds)}), asked, slept};
}

/** Answers never; ends as a browser's fetch does when it is given up. */
const pending = ({signal}) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

test("a preview is header and mask", async() => {
    const {client, asked} = clientOf(reply());
    const {header, mask} = await client.preview(REQUEST);
    assert.deepEqual(header, HEADER);
    assert.deepEqual(mask, {width: 3, height: 2, values: Uint8Array.of(0, 128, 255, 255, 128, 0)});
    assert.equal(asked[0].address, BASE + "preview");
    assert.deepEqual(asked[0].body, REQUEST);
    assert.equal(asked[0].options.credentials, "same-origin");
});

test("a newer preview ends the older one, which answers null", async() => {
    const {client, asked} = clientOf(pending, reply());
    const older = client.preview(REQUEST);
    const newer = client.preview(REQUEST);
    assert.equal(await older, null);
    assert.ok(asked[0].options.signal.aborted);
    assert.deepEqual((await newer).header, HEADER);
});

test("an older reply that comes in spite of it is dropped", async() => {
    let answer;
    const late = () => new Promise(resolve => { answer = resolve; });
    const {client} = clientOf(late, reply());
    const older = client.preview(REQUEST);
    await client.preview(REQUEST);
    answer(reply({...HEADER, digest: "late"}));
    assert.equal(await older, null);
});

test("cancel ends the preview under way", async() => {
    const {client} = clientOf(pending);
    const given = client.preview(REQUEST);
    client.cancel();
    assert.equal(await given, null);
});

test("an unknown picture is uploaded again, once, and the preview repeated with the id it got", async() => {
    const {client, asked} = clientOf(refusal(404, "Unknown picture."), reply());
    let uploads = 0;
    const preview = await client.preview(REQUEST, {reupload: async() => { uploads++; return "new"; }});
    assert.equal(uploads, 1);
    assert.deepEqual(asked.map(({body}) => body.edit.image), ["old", "new"]);
    assert.deepEqual(preview.header, HEADER);
});

test("a picture that stays unknown is the server's error, not a loop", async() => {
    const {client, asked} = clientOf(refusal(404, "Unknown picture."));
    await assert.rejects(client.preview(REQUEST, {reupload: async() => "new"}), {message: "Unknown picture.", status: 404});
    assert.equal(asked.length, 2);
});

test("a preview given up during the upload is not repeated", async() => {
    const {client, asked} = clientOf(refusal(404, "Unknown picture."), reply());
    const given = client.preview(REQUEST, {reupload: async() => { client.cancel(); return "new"; }});
    assert.equal(await given, null);
    assert.equal(asked.length, 1);
});

test("a busy server is asked again when it said, without a word but onBusy", async() => {
    const {client, asked, slept} = clientOf(refusal(423, "busy", {"Retry-After": "3"}), refusal(429, "too many"), refusal(423, "busy", {"Retry-After": "9999"}), reply());
    let told = 0;
    const preview = await client.preview(REQUEST, {onBusy: () => told++});
    assert.deepEqual(preview.header, HEADER);
    assert.deepEqual(slept, [3, 1, 10]);
    assert.equal(told, 3);
    assert.equal(asked.length, 4);
});

test("a preview given up while the server is busy asks no more", async() => {
    const {fetch, asked} = answering(refusal(423, "busy"));
    const client = new Client(BASE, {fetch, sleep: async() => client.cancel()});
    assert.equal(await client.preview(REQUEST), null);
    assert.equal(asked.length, 1);
});

test("a network without answer is Unreachable, for every route", async() => {
    const down = () => Promise.reject(new TypeError("Failed to fetch"));
    const {client} = clientOf(down);
    for (const call of [() => client.preview(REQUEST), () => client.upload(new Blob(["x"])), () => client.status(), () => client.picture("id")]) {
        await assert.rejects(call, Unreachable);
    }
});

test("a reply that breaks off is Unreachable too", async() => {
    const broken = () => new Response(new ReadableStream({start: stream => stream.error(new TypeError("network error"))}));
    await assert.rejects(clientOf(broken).client.preview(REQUEST), Unreachable);
});

test("a refusal carries the server's sentence and status", async() => {
    const {client} = clientOf(refusal(422, "Click the object first."));
    await assert.rejects(client.preview(REQUEST), error => error instanceof Refused && error.message === "Click the object first." && error.saysNo);
});

test("a refusal carries the message that its sentence is made of, or else the sentence alone", async() => {
    const message = messageOf("That is over {most} MB.", {most: 3});
    const answered = body => clientOf(new Response(JSON.stringify(body), {status: 413})).client.status();
    await assert.rejects(answered({error: message.text, message}), {message: "That is over 3 MB.", said: message});
    await assert.rejects(answered({detail: "The host says no."}), {said: messageOf("The host says no.")});
});

test("a host that has no routes of ours runs without the extension", async() => {
    const {client} = clientOf(new Response(JSON.stringify({detail: "Not Found"}), {status: 404}));
    await assert.rejects(client.status(), {message: /runs without Click Inpaint now/});
    await assert.rejects(clientOf(refusal(404, "There is no file of that name.")).client.status(), {message: "There is no file of that name."});
});

test("a refusal without JSON still says something; a login is no refusal of the Edit", async() => {
    await assert.rejects(clientOf(new Response("<html>", {status: 502, statusText: "Bad Gateway"})).client.status(), {message: "502 Bad Gateway", saysNo: false});
    await assert.rejects(clientOf(refusal(401, "Log in.")).client.status(), {needsLogin: true, saysNo: false});
});

test("where the page's token no longer lets it in, only a reload helps", async() => {
    const statusOf = (code, options) => new Client(BASE, {fetch: async() => refusal(code, "No."), ...options}).status();
    await assert.rejects(statusOf(401, {token: "secret"}), {needsLogin: true, needsReload: true});
    await assert.rejects(statusOf(403, {token: "secret"}), {needsReload: false});
    await assert.rejects(statusOf(401, {}), {needsLogin: true, needsReload: false});
});

test("the page's token rides on every request", async() => {
    const {fetch, asked} = answering(reply());
    await new Client(BASE, {fetch, token: "secret", page: "p1"}).preview(REQUEST);
    assert.deepEqual(asked[0].options.headers, {"X-Click-Inpaint-Page": "p1", "X-Click-Inpaint-Token": "secret", "Content-Type": "application/json"});
});

test("an upload sends the bytes as they are", async() => {
    const uploaded = {image: "id", width: 4, height: 3, notes: []};
    const {client, asked} = clientOf(new Response(JSON.stringify(uploaded)));
    const blob = new Blob(["bytes"]);
    assert.deepEqual(await client.upload(blob), uploaded);
    assert.equal(asked[0].address, BASE + "images");
    assert.equal(asked[0].body, blob);
});

test("the page's newest preview is asked for again where an older one reached the server after it", async() => {
    const {client, asked, slept} = clientOf(pending, refusal(409, "superseded"), reply());
    const older = client.preview(REQUEST);
    assert.ok(await client.preview(REQUEST));
    assert.equal(await older, null);
    assert.equal(asked.length, 3);
    assert.deepEqual(slept, [0.2]);
});

test("a preview that is given up is not asked for again", async() => {
    const answers = [refusal(409, "superseded")];
    const {fetch, asked} = answering(...answers);
    const client = new Client(BASE, {fetch, sleep: async() => client.cancel()});
    assert.equal(await client.preview(REQUEST), null);
    assert.equal(asked.length, 1);
});

const HOVERED = {frame: [40, 30], box: [1, 2, 4, 4], size: [3, 2], ms: 40, segmenter: "sam", score: 0.9};
const QUESTION = {image: "id", x: 3, y: 4, segmenter: "auto"};

test("the reply to a hover is header and small mask", async() => {
    const {client, asked} = clientOf(reply(HOVERED));
    const {header, mask} = await client.hover(QUESTION);
    assert.deepEqual(header, HOVERED);
    assert.deepEqual(mask, {width: 3, height: 2, values: Uint8Array.of(0, 128, 255, 255, 128, 0)});
    assert.deepEqual([asked[0].address, asked[0].body], [BASE + "hover", QUESTION]);
});

test("a hover without a reply is none: not ready, gone, overtaken or busy", async() => {
    for (const answer of [new Response(null, {status: 204}), refusal(404, "gone"), refusal(409, "superseded"), refusal(423, "busy")]) {
        const {client, asked} = clientOf(answer);
        assert.equal(await client.hover(QUESTION), null);
        assert.equal(asked.length, 1);
    }
    await assert.rejects(clientOf(refusal(422, "bad")).client.hover(QUESTION), {message: "bad"});
});

test("a newer hover ends the older one, and neither touches the preview under way", async() => {
    const {client, asked} = clientOf(pending, pending, reply(HOVERED));
    client.preview(REQUEST);
    const older = client.hover(QUESTION);
    assert.ok(await client.hover(QUESTION));
    assert.equal(await older, null);
    assert.deepEqual(asked.map(({options}) => options.signal.aborted), [false, true, false]);
});

test("a picture is got ready by name", async() => {
    const told = {segmenter: "sam", ready: false, progress: 0.4, seconds_left: 5, note: null};
    const {client, asked} = clientOf(new Response(JSON.stringify(told)));
    assert.deepEqual(await client.embed("id", "auto"), told);
    assert.deepEqual([asked[0].address, asked[0].body], [BASE + "embed", {image: "id", segmenter: "auto"}]);
});

test("a result is asked for by its infotext and the picture that it was made from; null where the server does not have it", async() => {
    const {client, asked} = clientOf(new Response("png"), refusal(404, "gone"), refusal(413, "too long"), refusal(500, "broken"));
    assert.equal(await (await client.result("a kite", "id")).text(), "png");
    assert.deepEqual([asked[0].address, asked[0].body], [BASE + "results", {infotext: "a kite", image: "id"}]);
    assert.equal(await client.result("a kite", "id"), null);
    assert.equal(await client.result("a kite", "id"), null);
    await assert.rejects(client.result("a kite", "id"), Refused);
});
