import assert from "node:assert/strict";
import {test} from "node:test";
import {Refused} from "../../javascript/click_inpaint/server/client.mjs";
import {Source} from "../../javascript/click_inpaint/pictures/source.mjs";
import {addMask} from "../../javascript/click_inpaint/edit/state.mjs";
import {supply} from "../../javascript/click_inpaint/workspace/supply.mjs";
import {contentOf, pictureOf, storeOf} from "./page.mjs";

/** A page with this picture open, before a server that holds nothing but these, and what was sent to it since. */
async function pageOf(picture, holds, kept = {}) {
    const made = storeOf();
    await made.store.open(picture);
    const sent = [];
    const upload = made.client.upload;
    made.client.holds = async id => holds.includes(id);
    made.client.upload = async blob => {
        sent.push(await contentOf(blob));
        return upload(blob);
    };
    return {...made, sent, storage: {picture: async id => kept[id] ?? null}};
}

test("a server that holds everything is sent nothing", async() => {
    const page = await pageOf(pictureOf("a"), ["id of a"]);
    assert.equal(await supply(page), true);
    assert.deepEqual([page.sent, page.said.waits], [[], ""]);
});

test("picture and masks are sent to a server that has forgotten one of them", async() => {
    const page = await pageOf(pictureOf("a"), ["id of a"], {"id of m": pictureOf("m")});
    page.store.change(state => addMask(state, "id of m", "add"));
    assert.equal(await supply(page), true);
    assert.deepEqual([page.sent, page.said.waits], [["m", "a"], ""]);
});

test("a picture that once came from the server is sent as this browser has kept it", async() => {
    const known = {image: "id of a", width: 10, height: 10, notes: []};
    const fromServer = new Source(null, pictureOf("as the server shows it"), {bitmap: {close() {}}, width: 10, height: 10}, known);
    const page = await pageOf(fromServer, [], {"id of a": pictureOf("a")});
    await supply(page);
    assert.deepEqual(page.sent, ["a"]);
});

test("what is wrong is told, and ends the waiting", async() => {
    const page = await pageOf(pictureOf("a"), []);
    page.client.upload = async() => { throw new Refused("no", 413); };
    assert.equal(await supply(page), false);
    assert.deepEqual([page.said.error, page.said.waits], ["no", ""]);
});
