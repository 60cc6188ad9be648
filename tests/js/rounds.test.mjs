import assert from "node:assert/strict";
import {test} from "node:test";
import {Storage} from "../../javascript/click_inpaint/pictures/storage.mjs";
import {addClick, initialState, setImage} from "../../javascript/click_inpaint/edit/state.mjs";
import {contentOf, storeOf, held, pictureOf, rest} from "./page.mjs";

/** Elements that remember what they are made of. */
document.createElement = tag => ({tag, children: [], listeners: {},
    append(...all) { this.children.push(...all); },
    replaceChildren(...all) { this.children = all; },
    setAttribute() {}, addEventListener(kind, heard) { this.listeners[kind] = heard; }});
const {Rounds} = await import("../../javascript/click_inpaint/panel/rounds.mjs");

/** Rounds made from the pictures "a" and "b", as after a reload. */
async function roundsOf(pictures) {
    const made = storeOf();
    const storage = new Storage();
    for (const [at, content] of ["a", "b"].entries()) {
        const {edit} = setImage(addClick(initialState(), {x: at, y: at}), `id of ${content}`);
        await storage.put("rounds", {id: content, session: "s", time: at, image: edit.image, edit, prompt: "", seed: "", thumb: pictureOf("t")});
        await storage.keepPicture(`result ${content}`, pictureOf(`result of ${content}`), at);
    }
    const compared = [];
    const compare = {open: async(_, blob) => void compared.push(await contentOf(blob))};
    const rounds = new Rounds({store: made.store, storage, session: {id: "s", source: async id => pictures(id)}, compare});
    await rounds.restore();
    const buttons = rounds.section.children[1].children.map(item => item.children[0]);
    return {...made, compared, buttons, press: at => buttons[at].listeners.click()};
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
    assert.ok(buttons.every(({children: [image]}) => image.tag === "img" && image.draggable === false));
});
