import assert from "node:assert/strict";
import {test} from "node:test";
import {Keeping} from "../../javascript/click_inpaint/store/keeping.mjs";
import {Storage} from "../../javascript/click_inpaint/pictures/storage.mjs";
import {Transfer} from "../../javascript/click_inpaint/workspace/transfer.mjs";
import {withText} from "../../javascript/click_inpaint/edit/png_text.mjs";
import {storeOf, held, pictureOf, rest} from "./page.mjs";

/** @param {Record<string, any>} [answers] */
function transferOf(answers) {
    const made = storeOf(answers);
    const rounds = {kin: [], knows: () => false, pictureOf: () => "", resultAt: async() => null, goesOn: blob => rounds.kin.push(blob)};
    const session = {source: async() => null, goneMasks: async() => [], whole: async edit => edit};
    const {store, client} = made;
    const notice = {asked: "", close() {}, ask(sentence, choices) { Object.assign(notice, {asked: sentence, choices}); }};
    const keeping = new Keeping({store, client, storage: new Storage()});
    return {...made, rounds, session, notice, keeping, transfer: new Transfer({store, client, rounds, session, notice, keeping})};
}

/** What the host's page answers. @param {import("node:test").TestContext} t @param {() => Promise<Response>} answer */
function hostAnswers(t, answer) {
    t.mock.method(globalThis, "fetch", answer);
}

const broken = () => new Response(new ReadableStream({pull: controller => controller.error(new TypeError("network error"))}));

test("an address that is fetched long does not take the place of a picture that was opened since", async t => {
    const answer = held();
    hostAnswers(t, () => answer.promise);
    const {store, transfer, rounds} = transferOf();
    const fetching = transfer.openAddress("http://host/result.png", "takingResult");
    await transfer.openFile(new File(["mine"], "mine.png", {type: "image/png"}));
    answer.resolve(new Response("theirs"));
    await fetching;
    assert.deepEqual([store.state.edit.image, rounds.kin], ["id of mine", []]);
});

test("a connection that breaks amid the picture is said, and nothing is awaited any more", async t => {
    hostAnswers(t, async() => broken());
    const {transfer, said} = transferOf();
    await transfer.openAddress("http://host/result.png", "takingResult");
    assert.match(said.error, /does not give that picture/);
    assert.equal(said.waits, "");
});

test("what is fetched is opened, and a result goes on from its round", async t => {
    hostAnswers(t, async() => new Response("theirs"));
    const {store, transfer, rounds, said} = transferOf();
    await transfer.openAddress("http://host/result.png", "takingResult");
    assert.deepEqual([store.state.edit.image, rounds.kin, said.waits], ["id of theirs", [store.source.blob], ""]);
});

/** The gallery shows a result of ours. @param {import("node:test").TestContext} t @param {string} infotext */
function galleryShows(t, infotext) {
    const elements = {
        "#generation_info_img2img textarea": {value: JSON.stringify({infotexts: [infotext], index_of_first_image: 0})},
        "#img2img_gallery": {querySelectorAll: selector => selector.includes("item") ? [{src: RESULT}] : []},
    };
    t.mock.method(document, "querySelector", selector => elements[selector] ?? null);
}

const RESULT = "http://host/result.jpg";
const INFOTEXT = 'a kite\nSteps: 4, Seed: 3, Size: 64x64, Click Inpaint edit: "{\\"image\\": \\"id of a\\", \\"selection\\": []}"';
const jpeg = () => new Response(new Blob(["theirs"], {type: "image/jpeg"}));

test("a result is opened as it was stitched, not from the file that the host has saved", async t => {
    galleryShows(t, INFOTEXT);
    hostAnswers(t, async() => assert.fail("the file is not wanted"));
    const asked = [];
    const {store, transfer} = transferOf({result: async infotext => (asked.push(infotext), new Blob(["stitched"], {type: "image/png"}))});
    await transfer.openAddress(RESULT, "takingResult");
    assert.deepEqual([store.state.edit.image, store.notes, asked], ["id of stitched", "", [INFOTEXT]]);
});

test("where the result itself is gone its file is opened, and that is told with what the server tells", async t => {
    galleryShows(t, INFOTEXT);
    hostAnswers(t, async() => jpeg());
    const notes = [{text: "Read otherwise.", template: "Read otherwise.", values: {}}];
    const {store, transfer} = transferOf({upload: async() => ({image: "id", width: 10, height: 10, notes})});
    await transfer.openAddress(RESULT, "takingResult");
    assert.match(store.notes, /as JPEG, which may change every pixel.* Read otherwise\.$/);
});

test("a round's kept result comes first, unless it is a lossy file", async t => {
    galleryShows(t, INFOTEXT);
    hostAnswers(t, async() => jpeg());
    const {store, transfer, rounds} = transferOf({result: async() => assert.fail("it is here")});
    Object.assign(rounds, {knows: () => true, resultAt: async() => new Blob(["kept"], {type: "image/png"})});
    await transfer.openAddress(RESULT, "takingResult");
    assert.deepEqual([store.state.edit.image, store.notes], ["id of kept", ""]);
});

test("a result whose picture this browser does not know is opened from its file, and the server is not asked", async t => {
    galleryShows(t, INFOTEXT.replace("id of a", "0123456789abcdef".repeat(2)));
    hostAnswers(t, async() => jpeg());
    const {store, transfer} = transferOf({result: async() => assert.fail("half an id is not enough")});
    await transfer.openAddress(RESULT, "takingResult");
    assert.match(store.notes, /as JPEG, which may change every pixel/);
});

test("of a picture that is none of ours its file is opened, and nothing is told", async t => {
    galleryShows(t, "a kite\nSteps: 4, Seed: 3, Size: 64x64");
    hostAnswers(t, async() => jpeg());
    const {store, transfer} = transferOf({result: async() => assert.fail("it is not ours")});
    await transfer.openAddress(RESULT);
    assert.deepEqual([store.state.edit.image, store.notes], ["id of theirs", ""]);
});

/** A result of ours as a PNG file. @param {object} edit */
function resultWith(edit) {
    const signature = Uint8Array.of(0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A);
    const png = new Blob([signature, Uint8Array.of(0, 0, 0, 13), "IHDR", new Uint8Array(13 + 4)], {type: "image/png"});
    return withText(png, "parameters", `a kite\nSteps: 4, Seed: 3, Size: 64x64, Click Inpaint edit: ${JSON.stringify(JSON.stringify(edit))}`);
}

const STEPS = [{kind: "mask", image: "gone", mode: "add", soft: false}, {kind: "stroke", points: [[1, 1]], radius: 2, mode: "brush"}];

test("where its picture is gone, a result's Edit is on the result, without steps whose masks are gone", async() => {
    const {store, transfer, session, notice} = transferOf();
    session.goneMasks = async steps => steps.flatMap(({image}, at) => image === "gone" ? [at] : []);
    await transfer.openFile(resultWith({image: "gone", selection: STEPS, refine: {grow: 21}}));
    const {image, selection, refine} = store.state.edit;
    assert.deepEqual([image.startsWith("id of "), selection, refine.grow], [true, [STEPS[1]], 21]);
    assert.match(notice.asked, /steps are on the result: .* its step is left out\.$/);
});

test("where its picture is there, a result's Edit is on that", async() => {
    const {store, transfer, session, notice} = transferOf();
    session.source = async id => id === "known" ? pictureOf("known") : null;
    await transfer.openFile(resultWith({image: "known", selection: STEPS}));
    assert.deepEqual([store.state.edit.image, store.state.edit.selection], ["id of known", STEPS]);
    assert.match(notice.asked, /on the picture that it was made from\.$/);
});

test("the Edit of an extended result extends its picture, and lies on the result itself where it lay in the picture", async() => {
    const {store, transfer, session} = transferOf();
    const frame = {left: 10, top: 4, right: 0, bottom: 0};
    const edit = {image: "known", frame, selection: STEPS.slice(1)};
    await transfer.openFile(resultWith(edit));
    const onResult = () => [store.state.edit.selection[0].points, store.state.edit.frame];
    assert.deepEqual(onResult(), [[[11, 5]], undefined]);
    await store.open(pictureOf("of the result's size"));
    await transfer.openFile(resultWith(edit));
    assert.deepEqual(onResult(), [[[11, 5]], undefined]);
    session.source = async id => id === "known" ? pictureOf("known") : null;
    await transfer.openFile(resultWith(edit));
    assert.deepEqual([store.state.edit.image, ...onResult()], ["id of known", [[1, 1]], frame]);
});

test("of a result that another file has overtaken nothing is told", async() => {
    const {store, transfer, session, notice} = transferOf();
    const answer = held();
    session.source = () => answer.promise;
    const slow = transfer.openFile(resultWith({image: "known", selection: STEPS}));
    await rest();
    await transfer.openFile(new File(["mine"], "mine.png"));
    answer.resolve(pictureOf("known"));
    await slow;
    assert.deepEqual([store.state.edit.image, notice.asked], ["id of mine", ""]);
});

test("an Edit that the host has read goes on its picture, on the open one, or on the picture that came with it", async t => {
    hostAnswers(t, async() => new Response(pictureOf("shown")));
    const {store, transfer, session, notice, said} = transferOf();
    const edit = {image: "known", selection: STEPS.slice(1), refine: {grow: 21}};
    await transfer.paste({edit, address: null});
    assert.match(said.error, /not in this browser. Open it here/);
    assert.deepEqual([store.source, store.state.edit.selection], [null, []]);
    await transfer.paste({edit, address: "http://host/shown.png"});
    assert.match(notice.asked, /steps are on the result/);
    assert.deepEqual([store.state.edit.image, store.state.edit.refine.grow], ["id of shown", 21]);
    await store.open(pictureOf("other"));
    await transfer.paste({edit, address: null});
    assert.match(notice.asked, /are on the open picture/);
    assert.deepEqual([store.state.edit.image, store.state.edit.selection], ["id of other", STEPS.slice(1)]);
    session.source = async id => id === "known" ? pictureOf("known") : null;
    await transfer.paste({edit, address: null});
    assert.match(notice.asked, /on the picture that it was made from/);
    assert.equal(store.state.edit.image, "id of known");
});

test("an Edit of the open picture is one step of undo there", async() => {
    const {store, transfer, asked} = transferOf();
    await store.open(pictureOf("a"));
    store.click({x: 1, y: 1}, {include: true, newObject: false});
    const {source} = store;
    await transfer.openFile(resultWith({image: "id of a", selection: STEPS.slice(1)}));
    assert.deepEqual([store.source === source, store.state.edit.selection, store.state.past.length], [true, STEPS.slice(1), 2]);
    assert.equal(asked.filter(name => name === "upload").length, 1);
});

test("an Edit that the host could not read is said, and nothing changes", async() => {
    const {store, transfer, said} = transferOf();
    await store.open(pictureOf("a"));
    const {state} = store;
    await transfer.paste({error: {text: "Cut short.", template: "Cut short.", values: {}}, address: null});
    assert.deepEqual([said.error, store.state], ["Cut short.", state]);
});

/** A file that the disk has other bytes for after it was read once. */
function changing(content) {
    const file = new File([content], "photo.png", {type: "image/png"});
    return Object.assign(file, {isChanged: false, slice: null, text: async() => {
        if (file.isChanged) throw new TypeError("ERR_UPLOAD_FILE_CHANGED");
        return content;
    }});
}

test("a file may change on the disk after it was opened: its bytes were taken", async() => {
    const {store, client, transfer} = transferOf();
    const [picture, mask] = [changing("photo"), changing("mask")];
    await transfer.openFile(picture);
    await transfer.loadMask(mask, {mode: "add", soft: false});
    picture.isChanged = mask.isChanged = true;
    assert.equal(store.source.blob.type, "image/png");
    assert.equal((await store.source.uploadAgain(client, store.state.edit, async() => null)).image, "id of photo");
});

test("of two files the one that was opened last is opened, whichever is read first", async() => {
    const {store, transfer} = transferOf();
    const slow = new File(["slow"], "slow.png");
    const reading = held();
    slow.arrayBuffer = () => reading.promise;
    const first = transfer.openFile(slow);
    await transfer.openFile(new File(["quick"], "quick.png"));
    reading.resolve(new TextEncoder().encode("slow").buffer);
    await first;
    await rest();
    assert.equal(store.state.edit.image, "id of quick");
});

test("a mask is wanted of the preview that is under way", async t => {
    const answer = held();
    const {store, transfer, said} = transferOf({preview: () => answer.promise});
    await store.open(pictureOf("a"));
    store.click({x: 1, y: 1}, {include: true, newObject: false});
    let asked = 0;
    document.createElement = () => {
        asked++;
        throw new Error("no canvas here");
    };
    t.after(() => { delete document.createElement; });
    t.mock.method(console, "error", () => undefined);
    const saving = transfer.saveMask();
    await rest();
    assert.equal(asked, 0);
    answer.resolve({header: {frame: [1, 1], box: [0, 0, 1, 1], digest: "d", advice: []}, mask: {width: 1, height: 1, values: new Uint8Array(1)}});
    await saving;
    assert.deepEqual([asked, said.error], [1, "no canvas here"]);
});

test("a mask is used as it is where it was saved here, or where the person says so", async() => {
    const {store, transfer} = transferOf();
    await store.open(pictureOf("a"));
    const signature = Uint8Array.of(0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A);
    const png = new Blob([signature, Uint8Array.of(0, 0, 0, 13), "IHDR", new Uint8Array(13 + 4)], {type: "image/png"});
    const ours = withText(png, "Click Inpaint mask", "blend mask");
    const hosts = withText(png, "parameters", INFOTEXT);
    for (const [file, soft] of [[png, false], [ours, false], [hosts, false], [png, true]]) await transfer.loadMask(file, {mode: "add", soft});
    assert.deepEqual(store.state.edit.selection.map(({soft}) => soft), [false, true, true, true]);
});

test("a picture of the same size that comes without a selection is offered the one of the picture before", async() => {
    const {store, transfer, notice} = transferOf();
    await transfer.openFile(new File(["first"], "first.png"));
    assert.equal(notice.asked, "", "nothing was selected");
    store.stroke([{x: 1, y: 1}], 3, "brush");
    await transfer.openFile(new File(["second"], "second.png"));
    assert.match(notice.asked, /fits this one, too/);
    assert.deepEqual(store.state.edit.selection, []);
    const [[key, take]] = notice.choices;
    assert.equal(key, "takeSelection");
    take();
    await rest();
    assert.equal(store.state.edit.selection[0].kind, "stroke");
});
