import assert from "node:assert/strict";
import {test} from "node:test";
import {Refused, Unreachable} from "../../javascript/click_inpaint/server/client.mjs";
import {Session} from "../../javascript/click_inpaint/store/session.mjs";
import {addMask, clear, setArea, setRefine} from "../../javascript/click_inpaint/edit/state.mjs";
import {Storage} from "../../javascript/click_inpaint/pictures/storage.mjs";
import {POINT, storeOf, held, pictureOf, rest} from "./page.mjs";

/** Another life of the same browser tab, over a server that answers like this. */
function lifeOf(storage, answers = {}) {
    const made = storeOf(answers);
    return {...made, session: new Session(made.store, made.client, storage)};
}

/** A storage that knows a session with a click in picture "a", but not the picture; and that session's name. */
async function leftBehind({pictures = false} = {}) {
    const names = new Map();
    globalThis.sessionStorage = {getItem: key => names.get(key) ?? null, setItem: (key, name) => names.set(key, name)};
    const storage = new Storage();
    const {store, session} = lifeOf(storage);
    await store.open(pictureOf("a"));
    store.click(...POINT);
    await store.settled();
    await session.save();
    if (!pictures) await storage.remove("pictures", "id of a");
    return {storage, id: session.id};
}

for (const [what, error] of [["busy", new Refused("starting", 503)], ["away", new Unreachable()], ["in want of a login", new Refused("", 401)]]) {
    test(`a server that is ${what} does not cost the kept session`, async t => {
        t.mock.timers.enable({apis: ["setTimeout"]});
        const {storage, id} = await leftBehind();
        const {store, session, said} = lifeOf(storage, {picture: () => Promise.reject(error)});
        assert.equal(await session.restore(() => undefined), false);
        assert.notEqual(said.error, "");
        await session.save();
        assert.equal((await storage.get("sessions", id)).image, "id of a");
        const later = lifeOf(storage, {picture: async() => pictureOf("a")});
        assert.equal(await later.session.restore(() => undefined), true);
        assert.equal(later.store.state.edit.selection.length, 1);
        store.change(state => setArea(state, {padding: 99}));
        await session.save();
        assert.equal((await storage.get("sessions", id)).image, "", "what the person does is kept again");
    });
}

test("of a picture that is gone the settings come back", async() => {
    const {storage} = await leftBehind();
    const {store, session, said} = lifeOf(storage, {picture: () => Promise.reject(new Refused("gone", 404))});
    assert.equal(await session.restore(() => undefined), false);
    assert.deepEqual([store.source, store.state.edit.selection, said.error], [null, [], ""]);
});

test("a picture that the person opens meanwhile stays", async() => {
    const {storage} = await leftBehind();
    const answer = held();
    const {store, session} = lifeOf(storage, {picture: () => answer.promise});
    const restoring = session.restore(() => undefined);
    await rest();
    await store.open(pictureOf("new"));
    answer.resolve(pictureOf("a"));
    assert.equal(await restoring, false);
    assert.equal(store.state.edit.image, "id of new");
});

test("nor does one that is still on its way give way", async() => {
    const {storage} = await leftBehind({pictures: true});
    const fetched = held();
    const {store, session} = lifeOf(storage);
    const bringing = store.bring(async() => ({from: await fetched.promise}));
    assert.equal(await session.restore(() => undefined), false);
    fetched.resolve(pictureOf("new"));
    await bringing;
    assert.equal(store.state.edit.image, "id of new");
});

test("a change made meanwhile stays", async() => {
    const {storage} = await leftBehind();
    const answer = held();
    const {store, session} = lifeOf(storage, {picture: () => answer.promise});
    const restoring = session.restore(() => undefined);
    await rest();
    store.change(state => setRefine(state, {grow: 3}));
    answer.resolve(pictureOf("a"));
    assert.equal(await restoring, false);
    assert.equal(store.state.edit.refine.grow, 3);
});

test("the picture that is being worked on, and its masks, outlive any number of results", async() => {
    const {storage} = await leftBehind({pictures: true});
    const {store, session} = lifeOf(storage);
    await session.restore(() => undefined);
    await storage.keepPicture("id of mask", pictureOf("mask"), 0);
    store.change(state => addMask(state, "id of mask"));
    await session.save();
    const entry = await storage.get("sessions", session.id);
    for (let at = 0; at < 45; at++) {
        await storage.put("sessions", {...entry, time: 10 * at + 5}); // as every change does
        await storage.keepPicture(`result ${at}`, pictureOf("r"), 10 * at);
    }
    for (const id of ["id of a", "id of mask", "result 44"]) assert.ok(await storage.picture(id), id);
    assert.equal(await storage.picture("result 0"), null);
});

test("a picture that had to go is kept anew when it is opened again", async() => {
    const {storage} = await leftBehind({pictures: true});
    const {store, session} = lifeOf(storage);
    for (const content of ["a", "b"]) {
        await store.open(pictureOf(content));
        await session.save();
    }
    await storage.remove("pictures", "id of a");
    await store.open(pictureOf("a"));
    await session.save();
    assert.ok(await storage.picture("id of a"));
});

test("what an older page left is read as far as it can be, and else dropped", async() => {
    const {storage, id} = await leftBehind({pictures: true});
    const kept = await storage.get("sessions", id);
    const left = async state => {
        await storage.put("sessions", {...kept, state});
        const {store, session, said} = lifeOf(storage);
        const isBack = await session.restore(() => undefined);
        assert.deepEqual(said.errors, []);
        return {store, isBack};
    };
    const {edit} = kept.state;
    const bare = await left({...kept.state, past: [edit], future: undefined}); // a history of Edits alone, without segmenters
    assert.deepEqual([bare.isBack, bare.store.state.edit.selection.length, bare.store.state.past], [true, 1, []]);
    const whole = await left(kept.state);
    assert.deepEqual([whole.isBack, whole.store.state.past.length], [true, 1]);
    for (const state of [undefined, null, {}, {...kept.state, edit: {...edit, version: 0}}, {...kept.state, segmenter: 3}]) {
        const {store, isBack} = await left(state);
        assert.deepEqual([isBack, store.source, store.state.edit.selection], [false, null, []]);
    }
});

const [PICTURE, MASK, OTHER] = ["a", "b", "c"].map(letter => letter.repeat(32) + "0".repeat(32));
/** An Edit as an infotext has it. */
const recorded = (image, ...masks) => ({image: image.slice(0, 32), selection: masks.map(mask => ({kind: "mask", image: mask.slice(0, 32), mode: "add", soft: false}))});
const namesOf = ({image, selection}) => [image, ...selection.map(step => step.image)];

test("an infotext's half ids are those of pictures and masks that are open, were undone, made a round or were kept", async() => {
    const {storage} = await leftBehind();
    const {store, session} = lifeOf(storage, {upload: async() => ({image: PICTURE, width: 10, height: 10, notes: []})});
    assert.deepEqual(namesOf(await session.whole(recorded(PICTURE, MASK))), [PICTURE.slice(0, 32), MASK.slice(0, 32)]);
    await store.open(pictureOf("a"));
    store.change(state => addMask(state, MASK));
    store.change(clear);
    assert.deepEqual(namesOf(await session.whole(recorded(PICTURE, MASK))), [PICTURE, MASK]);
    await session.save();
    const later = lifeOf(storage);
    assert.deepEqual(namesOf(await later.session.whole(recorded(PICTURE, OTHER))), [PICTURE, OTHER.slice(0, 32)]);
    later.store.setRounds([{image: OTHER, edit: {selection: [{kind: "mask", image: MASK, mode: "add", soft: false}]}}]);
    assert.deepEqual(namesOf(await later.session.whole(recorded(OTHER, MASK))), [OTHER, MASK]);
});

test("half an id is asked of nobody; a step that names a mask by it is one whose mask is gone", async() => {
    const {storage} = await leftBehind();
    const {session} = lifeOf(storage, {picture: async() => assert.fail("the server is not asked")});
    assert.equal(await session.source(PICTURE.slice(0, 32)), null);
    assert.deepEqual(await session.goneMasks(recorded(PICTURE, MASK).selection), [0]);
});
