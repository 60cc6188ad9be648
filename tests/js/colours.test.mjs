import assert from "node:assert/strict";
import {test} from "node:test";
import * as colours from "../../javascript/click_inpaint/edit/colours.mjs";
import {adopt, initialState, undo} from "../../javascript/click_inpaint/edit/state.mjs";

const EMPTY = initialState();

test("a tint starts from the picture itself, and another fill ends it; each is one step of undo", () => {
    const telea = colours.setFill(EMPTY, "telea");
    const tinted = colours.setTint(telea, "#c81e1e");
    assert.deepEqual([tinted.edit.fill, tinted.edit.tint, tinted.edit.tint_amount], ["original", "#c81e1e", 1]);
    assert.deepEqual(undo(tinted).edit, telea.edit);
    const noise = colours.setFill(tinted, "noise");
    assert.deepEqual([noise.edit.fill, noise.edit.tint], ["noise", ""]);
    assert.deepEqual(undo(noise).edit, tinted.edit);
});

test("picking a colour and sliding the amount are one step of undo each", () => {
    const picked = ["#000001", "#000002", "#000003"].reduce((state, colour) => colours.setTint(state, colour, "tint"), EMPTY);
    const slid = [0.8, 0.6, 0.4].reduce((state, amount) => colours.setTintAmount(state, amount, "tintAmount"), picked);
    assert.deepEqual([slid.edit.tint, slid.edit.tint_amount, slid.past.length], ["#000003", 0.4, 2]);
    assert.equal(undo(undo(slid)).edit.tint, "");
});

test("an Edit that is adopted brings its tint, and what no Edit has stays out", () => {
    const {edit} = adopt(EMPTY, {tint: "#112233", tint_amount: 0.25, fill_colour: undefined, newer: 3});
    assert.deepEqual(edit, {...EMPTY.edit, tint: "#112233", tint_amount: 0.25});
});
