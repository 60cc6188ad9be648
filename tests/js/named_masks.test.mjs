import assert from "node:assert/strict";
import {test} from "node:test";
import {Keeping} from "../../javascript/click_inpaint/store/keeping.mjs";
import {MOST_MASKS, NamedMasks} from "../../javascript/click_inpaint/store/named_masks.mjs";
import {Storage} from "../../javascript/click_inpaint/pictures/storage.mjs";
import {addWand} from "../../javascript/click_inpaint/edit/areas.mjs";
import * as states from "../../javascript/click_inpaint/edit/state.mjs";
import {POINT, pictureOf, storeOf} from "./page.mjs";

const after = (...transitions) => transitions.reduce((state, transition) => transition(state), states.initialState()).edit;
const DRAWN = after(state => states.addStroke(state, [{x: 1, y: 1}], 3), state => states.setRefine(state, {grow: 30}));
const CLICKED = after(state => states.addClick(state, {x: 4, y: 4}));
const LOADED = after(state => states.addMask(state, "id of a loaded one"));

/** @param {string} id @param {Partial<import("../../javascript/click_inpaint/pictures/storage.mjs").NamedMask>} [more] */
const mask = (id, {edit = DRAWN, image = "id of another", time = 1, ...more} = {}) =>
    ({id, time, width: 10, height: 10, image, edit: {selection: edit.selection, refine: edit.refine}, blob: pictureOf(`mask ${id}`), ...more});

/** Named masks beside the open picture "a". @param {ReturnType<typeof mask>[]} kept */
async function masksOf(...kept) {
    const made = storeOf();
    const storage = new Storage();
    for (const one of kept) await storage.put("masks", one);
    await made.store.open(pictureOf("a"));
    const keeping = new Keeping({store: made.store, client: made.client, storage});
    const masks = new NamedMasks({store: made.store, storage, keeping});
    await masks.load();
    return {...made, storage, masks};
}

test("the newest stands first, and a free name is offered", async() => {
    const {masks} = await masksOf(mask("a dog", {time: 1}), mask("Mask 3", {time: 2}));
    assert.deepEqual(masks.all.map(({id}) => id), ["Mask 3", "a dog"]);
    assert.equal(masks.freeName, "Mask 4");
});

test("what was drawn comes back as its steps with its edge, on any picture of the size", async() => {
    const {store, masks, asked} = await masksOf(mask("drawn"));
    store.click(...POINT);
    await store.settled();
    const uploads = asked.filter(name => name === "upload").length;
    await masks.put(masks.all[0]);
    const {edit} = store.state;
    assert.deepEqual([edit.selection, edit.refine, edit.image], [DRAWN.selection, DRAWN.refine, "id of a"]);
    assert.equal(asked.filter(name => name === "upload").length, uploads);
    store.change(states.undo);
    assert.deepEqual([store.state.edit.selection[0].kind, store.state.edit.refine.grow], ["click", 8], "in one step of undo");
});

test("clicks come back as clicks on their picture, and on another one as the mask that they made", async() => {
    const {store, storage, masks} = await masksOf(mask("here", {edit: CLICKED, image: "id of a", time: 2}), mask("elsewhere", {edit: CLICKED, time: 1}));
    const [here, elsewhere] = masks.all;
    await masks.put(here);
    assert.deepEqual(store.state.edit.selection, CLICKED.selection);
    await masks.put(elsewhere);
    assert.deepEqual(store.state.edit.selection, [{kind: "mask", image: "id of mask elsewhere", mode: "add", soft: true}]);
    assert.ok(await storage.picture("id of mask elsewhere"), "for when the server has forgotten it");
});

test("a colour wand finds other pixels in another picture: it comes back as its mask", async() => {
    const wand = after(state => addWand(state, {x: 4, y: 4}, {tolerance: 10, contiguous: true}));
    const {store, masks} = await masksOf(mask("blue", {edit: wand}));
    await masks.put(masks.all[0]);
    assert.deepEqual(store.state.edit.selection.map(({kind}) => kind), ["mask"]);
});

test("what has a loaded mask in it comes back as a mask, since that one may be gone", async() => {
    const {store, masks} = await masksOf(mask("loaded", {edit: LOADED, image: "id of a"}));
    await masks.put(masks.all[0]);
    assert.equal(store.state.edit.selection[0].image, "id of mask loaded");
});

test("one goes when it is deleted, and every list follows", async() => {
    const {masks, storage} = await masksOf(mask("a"), mask("b"));
    const shown = [];
    masks.follow(all => shown.push(all.length));
    await masks.remove(masks.all[0]);
    assert.deepEqual(shown, [2, 1]);
    assert.equal((await storage.all("masks")).length, 1);
});

test("no more are kept than there is room for, and the person is told", async() => {
    const {store, masks, said, storage} = await masksOf(...Array.from({length: MOST_MASKS}, (_, at) => mask(`m${at}`)));
    store.click(...POINT);
    await store.settled();
    await masks.keep("one more");
    assert.match(said.error, /40 named masks are kept/);
    assert.equal((await storage.all("masks")).length, MOST_MASKS);
});
