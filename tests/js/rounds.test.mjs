import assert from "node:assert/strict";
import {test} from "node:test";
import {Keeping} from "../../javascript/click_inpaint/store/keeping.mjs";
import {Storage} from "../../javascript/click_inpaint/pictures/storage.mjs";
import {addClick, initialState, setImage} from "../../javascript/click_inpaint/edit/state.mjs";
import {contentOf, storeOf, held, pictureOf, rest} from "./page.mjs";

/** Elements that remember what they are made of. */
document.createElement = tag => ({tag, children: [], listeners: {},
    append(...all) { this.children.push(...all); },
    replaceChildren(...all) { this.children = all; },
    setAttribute() {}, addEventListener(kind, heard) { this.listeners[kind] = heard; }});
const {Rounds} = await import("../../javascript/click_inpaint/panel/rounds.mjs");

globalThis.sessionStorage = {items: new Map(), getItem(key) { return this.items.get(key) ?? null; }, setItem(key, value) { this.items.set(key, value); }};

/** Rounds made from the pictures "a" and "b", as after a reload. */
async function roundsOf(pictures) {
    const made = storeOf();
    const storage = new Storage();
    for (const [at, content] of ["a", "b"].entries()) {
        const {edit} = setImage(addClick(initialState(), {x: at, y: at}), `id of ${content}`);
        await storage.put("rounds", {id: content, session: "s", time: at, image: edit.image, edit, prompt: "", seed: "", thumb: pictureOf("t")});
        await storage.keepPicture(`result ${content}`, pictureOf(`result of ${content}`), at);
    }
    const compared = [], compares = [];
    const compare = {open: async(before, blob) => {
        compared.push(await contentOf(blob));
        compares.push([before.bitmap?.content, await contentOf(blob)]);
    }};
    const rounds = new Rounds({store: made.store, client: made.client, storage, session: {id: "s", source: async id => pictures(id), whole: async edit => edit}, compare, keeping: new Keeping({store: made.store, client: made.client, storage})});
    await rounds.restore();
    const buttons = () => rounds.section.children[1].children.map(item => item.children[0]);
    return {...made, rounds, storage, compared, compares, buttons, press: at => buttons()[at].listeners.click({})};
}

test("of two rounds clicked one after the other the last counts: its picture, its Edit, its result", async() => {
    const slow = held();
    const {store, compared, press} = await roundsOf(id => id === "id of a" ? slow.promise : pictureOf("b"));
    const first = press(0);
    await press(1);
    slow.resolve(pictureOf("a"));
    await first;
    await rest();
    assert.deepEqual([store.state.edit.image, store.state.edit.selection[0].x, compared], ["id of b", 1, ["result of b"]]);
});

test("a round whose picture is gone says so, once", async() => {
    const {store, compared, said, press} = await roundsOf(() => null);
    await press(0);
    assert.deepEqual([store.source, compared, said.errors.length, said.waits], [null, [], 1, ""]);
});

test("a thumbnail cannot be dragged into the page, where it would be opened", async() => {
    const {buttons} = await roundsOf(() => null);
    assert.ok(buttons().every(({children: [image]}) => image.tag === "img" && image.draggable === false));
});

test("the result at an address is given as it was stitched, not where only a lossy file was kept", async() => {
    const {rounds, storage, store} = await roundsOf(() => null);
    const [round] = store.rounds;
    store.setRounds([{...round, id: "s http://host/x.jpg"}]);
    await storage.keepPicture("result s http://host/x.jpg", new Blob(["lossy"], {type: "image/jpeg"}), 1);
    assert.equal(await rounds.resultAt("http://host/x.jpg"), null);
    await storage.keepPicture("result s http://host/x.jpg", new Blob(["stitched"], {type: "image/png"}), 2);
    assert.equal(await contentOf(await rounds.resultAt("http://host/x.jpg")), "stitched");
    assert.equal(await rounds.resultAt("http://host/other.jpg"), null);
});

test("a round takes its result as it was stitched", async t => {
    t.mock.method(globalThis, "fetch", async() => new Response(new Blob(["lossy"], {type: "image/jpeg"})));
    t.mock.method(globalThis, "createImageBitmap", async() => ({width: 10, height: 10, close() {}}));
    globalThis.OffscreenCanvas = class { getContext() { return {drawImage() {}}; } convertToBlob() { return pictureOf("thumb"); } };
    const infotext = 'a kite\nSteps: 4, Seed: 3, Size: 64x64, Click Inpaint edit: "{\\"image\\": \\"id of a\\", \\"selection\\": []}"';
    const {rounds, storage, client} = await roundsOf(() => null);
    client.result = async (asked, image) => asked === infotext && image === "id of a" ? pictureOf("stitched") : null;
    await rounds.take([{address: "http://host/x.jpg", infotext}, {address: "http://host/y.jpg", infotext: `${infotext}, Model: x`}]);
    const kept = async address => contentOf(await storage.picture(`result s ${address}`));
    assert.deepEqual([await kept("http://host/x.jpg"), await kept("http://host/y.jpg")], ["stitched", "lossy"]);
});

test("where the infotext has no Edit, the result is that of the Edit with which the job was started", async t => {
    t.mock.method(globalThis, "fetch", async() => new Response(new Blob(["file"], {type: "image/png"})));
    const {rounds, store} = await roundsOf(() => null);
    const infotext = "a kite\nSteps: 4, Seed: 3, Size: 64x64, Click Inpaint crop: 64x64+0+0";
    const take = async(name, said) => {
        await rounds.take([{address: `http://host/${name}.png`, infotext: said}]);
        return rounds.pictureOf(`http://host/${name}.png`);
    };
    assert.equal(await take("x", infotext), "", "nobody knows which");
    rounds.expect({...store.rounds[0].edit, image: "id of b"});
    assert.equal(await take("x", infotext), "id of b");
    assert.equal(await take("y", "a kite\nSteps: 4, Seed: 3, Size: 64x64"), "", "another tab's job");
});

test("rounds outlive opening another picture, and are there again with their own", async() => {
    sessionStorage.items.clear();
    const {rounds, store, storage} = await roundsOf(() => null);
    const shown = () => rounds.section.children[1].children.map(({children: [{children: [, {children: [name]}]}]}) => name);
    rounds.start();
    const open = async content => {
        await store.open(pictureOf(content));
        await rest();
        return shown().length;
    };
    assert.deepEqual([await open("a"), await open("new"), await open("b"), await open("a")], [1, 0, 1, 1]);
    assert.equal((await storage.all("rounds")).length, 2);
    const result = pictureOf("result of a");
    rounds.goesOn(result);
    await store.open(result);
    await rest();
    assert.equal(shown().length, 1, "what goes on from a round belongs to it");
    const later = (await roundsOf(() => null)).rounds;
    assert.equal(later.section.children[1].children.length, 1, "also after a reload");
});

test("a note stays with its round and is what the strip says of it", async() => {
    const {rounds, storage, press} = await roundsOf(id => pictureOf(id));
    const note = rounds.section.children[2];
    assert.ok(note.hidden);
    await press(0);
    await rest();
    assert.deepEqual([note.hidden, note.value], [false, ""]);
    note.value = "  the good one ";
    await note.listeners.change();
    await rest();
    assert.deepEqual((await storage.all("rounds")).map(round => round.note ?? ""), ["the good one", ""]);
    assert.equal(rounds.section.children[1].children[0].children[0].children[1].children[0], "1 · the good one");
});

test("with Shift a round is laid over the one gone back to, else over the one before", async t => {
    t.mock.method(globalThis, "createImageBitmap", async blob => ({width: 10, height: 10, content: await contentOf(blob), close() {}}));
    sessionStorage.items.clear();
    const {rounds, buttons, compares} = await roundsOf(id => pictureOf(id));
    const shifted = at => buttons()[at].listeners.click({shiftKey: true});
    await shifted(1);
    await rest();
    assert.deepEqual(compares.at(-1), ["result of a", "result of b"]);
    await buttons()[1].listeners.click({});
    await rest();
    await shifted(0);
    await rest();
    assert.deepEqual(compares.at(-1), ["result of b", "result of a"]);
    assert.ok(rounds);
});
