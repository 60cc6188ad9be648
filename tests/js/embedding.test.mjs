import assert from "node:assert/strict";
import {test} from "node:test";
import {Refused, Unreachable} from "../../javascript/click_inpaint/server/client.mjs";
import {EmbeddingWatch, sentenceFor} from "../../javascript/click_inpaint/store/embedding.mjs";
import {messageOf, translations} from "./server_messages.mjs";

const stateOf = (image, segmenter = "auto") => ({edit: {image}, segmenter});
const told = (progress, left, ready = false) => ({segmenter: "sam", ready, progress, seconds_left: left, note: null});

/** A watch whose server gives these answers in turn. */
function watchOf(...answers) {
    const asked = [];
    const shown = [];
    const client = {async embed(...all) {
        asked.push(all);
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return typeof answer === "function" ? answer() : answer;
    }};
    const said = [];
    const messages = {progress: (part, sentence = "") => shown.push([part, sentence]), told: sentence => said.push(sentence)};
    return {watch: new EmbeddingWatch(client, messages, async() => undefined), asked, shown, said};
}

test("a picture is asked for until it is ready, and how far it is is said", async() => {
    const {watch, asked, shown} = watchOf(told(0, null), told(0.4, 5), told(1, 0, true));
    await watch.follow(stateOf("id"));
    assert.deepEqual(asked, [["id", "auto"], ["id", "auto"], ["id", "auto"]]);
    assert.deepEqual(shown.slice(1), [[0.4, "Getting ready to select: 40 %, about 5 s"], [null, ""]]);
});

test("what is ready at once is not spoken of, and no picture is asked for twice", async() => {
    const {watch, asked, shown} = watchOf(told(1, 0, true), told(1, 0, true));
    await watch.follow(stateOf("id"));
    await watch.follow(stateOf("id"));
    assert.equal(asked.length, 1);
    assert.ok(shown.every(([part]) => part === null));
    await watch.follow(stateOf("id", "other"));
    assert.deepEqual(asked[1], ["id", "other"]);
});

test("how a picture got ready is said when it was waited for; what is ready at once has no news", async() => {
    const slow = {...told(1, 0, true), note: messageOf("It ran on the {device}.", {device: "CPU"})};
    const {watch, said} = watchOf(slow, told(0.4, 5), slow);
    await watch.follow(stateOf("seen before"));
    assert.deepEqual(said, []);
    await watch.follow(stateOf("id"));
    assert.deepEqual(said, ["It ran on the CPU."]);
});

test("another picture ends the asking for the one before", async() => {
    let answer;
    const {watch, asked, shown} = watchOf(() => new Promise(resolve => { answer = resolve; }), told(1, 0, true));
    const older = watch.follow(stateOf("old"));
    await watch.follow(stateOf("new"));
    answer(told(0.5, 9));
    await older;
    assert.deepEqual(asked.map(([image]) => image), ["old", "new"]);
    assert.ok(shown.every(([part]) => part === null));
});

test("where nobody answers for a picture that is no longer wanted, nothing fails unseen", async() => {
    let fail;
    const {watch, asked} = watchOf(() => new Promise((_, reject) => { fail = reject; }), told(1, 0, true));
    const older = watch.follow(stateOf("old"));
    await watch.follow(stateOf("new"));
    fail(new Unreachable("down"));
    await older;
    await watch.follow(stateOf("new"));
    assert.equal(asked.length, 2);
});

test("no picture, nothing to ask", async() => {
    const {watch, asked} = watchOf();
    await watch.follow(stateOf(""));
    assert.equal(asked.length, 0);
});

test("a refusal is left to the click; where nobody answers it is asked again with the next change", async() => {
    const {watch, asked} = watchOf(new Refused("gone", 404), new Unreachable(), told(1, 0, true));
    await watch.follow(stateOf("a"));
    await watch.follow(stateOf("a"));
    assert.equal(asked.length, 1);
    await watch.follow(stateOf("b"));
    await watch.follow(stateOf("b"));
    assert.equal(asked.length, 3);
});

test("a sentence without a known rest, and with a note of the server's", t => {
    assert.equal(sentenceFor(told(0.1, null)), "Getting ready to select…");
    const waits = {...told(0.5, 120), note: messageOf("It waits for {what}.", {what: "x"})};
    assert.equal(sentenceFor(waits), "Getting ready to select: 50 %, about 2 min It waits for x.");
    translations(t, {"It waits for {what}.": "Wartet auf {what}."});
    assert.equal(sentenceFor(waits), "Getting ready to select: 50 %, about 2 min Wartet auf x.");
});
