import assert from "node:assert/strict";
import {test} from "node:test";
import {Refused, Unreachable} from "../../javascript/click_inpaint/server/client.mjs";
import {addMask, clear, setRefine} from "../../javascript/click_inpaint/edit/state.mjs";
import {contentOf, POINT, STATUS, storeOf, decoding, held, pictureOf, previewOf, rest} from "./page.mjs";
import {messageOf, translations} from "./server_messages.mjs";

const RETRY_MS = 4000;
const grown = state => setRefine(state, {grow: 20});

/** Answers well but for the first time. @param {() => Promise<any>} well */
function failingOnce(well, error = new Unreachable("down")) {
    let isFirst = true;
    return (...all) => {
        if (!isFirst) return well(...all);
        isFirst = false;
        return Promise.reject(error);
    };
}

test("after an upload that was tried again with success, the page no longer says that nobody answers", async t => {
    t.mock.timers.enable({apis: ["setTimeout"]});
    const answers = {};
    const {store, said, well} = storeOf(answers);
    answers.upload = failingOnce(well.upload);
    await store.open(pictureOf("a"));
    assert.match(said.error, /does not answer/);
    t.mock.timers.tick(RETRY_MS);
    await rest();
    assert.equal(store.state.edit.image, "id of a");
    assert.equal(said.error, "");
});

test("a status that did not come is asked for again, and what it says shows", async t => {
    t.mock.timers.enable({apis: ["setTimeout"]});
    const {store, said} = storeOf({status: failingOnce(async() => STATUS)});
    await store.loadStatus();
    assert.match(said.error, /does not answer/);
    const {renders} = said;
    t.mock.timers.tick(RETRY_MS);
    await rest();
    assert.deepEqual([said.error, store.server], ["", STATUS]);
    assert.ok(said.renders > renders);
});

test("after a login elsewhere the next look clears what was said, and goes on", async() => {
    const answers = {};
    const {store, said} = storeOf(answers);
    await store.open(pictureOf("a"));
    answers.preview = failingOnce(async() => previewOf("later"), new Refused("Log in.", 401));
    store.click(...POINT);
    await rest();
    assert.match(said.error, /log in, and go on here/);
    store.refresh();
    await rest();
    assert.deepEqual([said.error, store.preview.header.digest], ["", "later"]);
});

test("what the server had to change in a picture is said in the host's language until something changes", async t => {
    translations(t, {"Converted from {profile}.": "Aus {profile} umgewandelt."});
    const notes = [messageOf("Converted from {profile}.", {profile: "P3"}), messageOf("16 bits became 8.")];
    const {store} = storeOf({upload: async() => ({image: "id", width: 10, height: 10, notes})});
    await store.open(pictureOf("a"));
    assert.equal(store.notes, "Aus P3 umgewandelt. 16 bits became 8.");
    store.change(grown);
    assert.equal(store.notes, "");
});

test("settled waits for the preview that is under way", async() => {
    const answer = held();
    const {store, asked} = storeOf({preview: () => answer.promise});
    await store.open(pictureOf("a"));
    store.click(...POINT);
    const settled = store.settled();
    await rest();
    answer.resolve(previewOf("only"));
    assert.equal((await settled)?.header.digest, "only");
    assert.equal(asked.filter(name => name === "preview").length, 1);
});

test("settled is the preview of what is asked last, however often that changes meanwhile", async() => {
    const first = held();
    const answers = {preview: () => first.promise};
    const {store} = storeOf(answers);
    await store.open(pictureOf("a"));
    store.click(...POINT);
    const settled = store.settled();
    await rest();
    answers.preview = async() => previewOf("second");
    store.change(grown, "slider"); // asked for a moment later
    first.resolve(previewOf("first"));
    assert.equal((await settled)?.header.digest, "second");
});

test("settled is nothing where the preview fails, where nothing is selected, and where no picture is open", async() => {
    const {store, said} = storeOf({preview: failingOnce(async() => previewOf("x"), new Refused("The selection is empty.", 422))});
    assert.equal(await store.settled(), null);
    await store.open(pictureOf("a"));
    store.click(...POINT);
    assert.equal(await store.settled(), null);
    assert.equal(said.error, "The selection is empty.");
    store.change(clear);
    assert.equal(await store.settled(), null);
});

test("a picture that is taken back gets the preview that it never had", async t => {
    t.mock.timers.enable({apis: ["setTimeout"]});
    const answers = {preview: failingOnce(async() => previewOf("late"))};
    const {store, said, well} = storeOf(answers);
    await store.open(pictureOf("a"));
    store.click(...POINT);
    await rest();
    assert.match(said.error, /does not answer/);
    answers.upload = () => Promise.reject(new Refused("Too large.", 413));
    assert.equal(await store.open(pictureOf("large")), false);
    assert.deepEqual([store.state.edit.image, said.error, store.preview], ["id of a", "Too large.", null]);
    answers.upload = well.upload;
    t.mock.timers.tick(RETRY_MS);
    await rest();
    assert.deepEqual([store.preview?.header.digest, said.error], ["late", ""]);
});

test("the refusal of a picture that another has overtaken is nobody's error", async t => {
    const refusal = held();
    const answers = {};
    const {store, said, well} = storeOf(answers);
    decoding.set("bad", new Error("no picture"));
    t.after(() => decoding.clear());
    answers.upload = async blob => await contentOf(blob) === "bad" ? refusal.promise : well.upload(blob);
    const bad = store.open(pictureOf("bad"));
    await rest();
    assert.equal(await store.open(pictureOf("good")), true);
    refusal.reject(new Refused("That is no picture.", 422));
    assert.equal(await bad, false);
    assert.deepEqual([store.state.edit.image, said.errors], ["id of good", []]);
});

test("a picture that another has overtaken is not the open one", async t => {
    const slow = held();
    decoding.set("slow", slow.promise);
    t.after(() => decoding.clear());
    const {store} = storeOf();
    const first = store.open(pictureOf("slow"));
    assert.equal(store.isUntouched, false, "one is on its way");
    assert.equal(await store.open(pictureOf("quick")), true);
    slow.resolve();
    assert.equal(await first, false);
    assert.equal(store.state.edit.image, "id of quick");
});

test("who asked first and fetched long does not take the place of who asked last", async() => {
    const fetched = held();
    const {store} = storeOf();
    const bringing = store.bring(async() => ({from: await fetched.promise}));
    await store.open(pictureOf("later"));
    fetched.resolve(pictureOf("sooner"));
    await bringing;
    assert.equal(store.state.edit.image, "id of later");
});

test("what could not be brought leaves the page untouched", async() => {
    const {store, said} = storeOf();
    await store.bring(async() => { throw new Refused("Gone.", 404); });
    assert.deepEqual([store.isUntouched, said.error, said.waits], [true, "Gone.", ""]);
});

test("masks that the steps name are looked up and uploaded before their picture, when the server has forgotten", async() => {
    const uploaded = [];
    const answers = {};
    const {store, well} = storeOf(answers, async id => id === "id of mask" ? pictureOf("mask") : null);
    answers.upload = async blob => {
        uploaded.push(await contentOf(blob));
        return well.upload(blob);
    };
    await store.open(pictureOf("a"));
    answers.preview = async(_, {reupload}) => {
        await reupload();
        return previewOf("again");
    };
    store.change(state => addMask(addMask(state, "id of mask"), "id of a lost one"));
    await store.settled();
    assert.deepEqual(uploaded, ["a", "mask", "a"]);
    assert.equal(store.preview.header.digest, "again");
});

/** Not of the kinds that browsers are trusted with. @param {string} content */
const oddPicture = content => new Blob([content], {type: "image/png"});

test("what the browser may decode in another way shows as the server has decoded it, and only then", async() => {
    const answers = {};
    const {store, asked, well} = storeOf(answers);
    const upload = held();
    answers.upload = async blob => upload.promise.then(() => well.upload(blob));
    const opening = store.open(oddPicture("odd"));
    await rest();
    assert.equal(store.source, null);
    upload.resolve();
    assert.equal(await opening, true);
    assert.deepEqual(asked, ["upload", "picture"]);
    assert.equal(await contentOf(store.source.shown), "odd");
    assert.notEqual(store.source.shown, store.source.blob, "what is uploaded again are the person's own bytes");
});

test("what every browser decodes alike shows before its upload ends, and is not fetched", async() => {
    const answers = {};
    const {store, asked, well} = storeOf(answers);
    const upload = held();
    answers.upload = async blob => upload.promise.then(() => well.upload(blob));
    const opening = store.open(pictureOf("a"));
    while (!store.source) await rest();
    assert.equal(store.source.shown, store.source.blob);
    upload.resolve();
    await opening;
    assert.deepEqual(asked, ["upload"]);
});

test("where the server finds another size, its reading shows and the selection goes", async() => {
    const answers = {};
    const {store, well} = storeOf(answers);
    const upload = held();
    answers.upload = async blob => {
        await upload.promise;
        return {...await well.upload(blob), width: 20, height: 5};
    };
    const opening = store.open(pictureOf("a"));
    while (!store.source) await rest();
    store.click(...POINT);
    const before = store.picture;
    upload.resolve();
    await opening;
    assert.notEqual(store.picture, before);
    assert.deepEqual(store.state.edit.selection, []);
    assert.match(store.notes, /another size.*its reading shows/);
});
