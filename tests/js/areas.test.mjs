import assert from "node:assert/strict";
import {test} from "node:test";
import {damageOf, setDamage} from "../../javascript/click_inpaint/edit/areas.mjs";
import * as states from "../../javascript/click_inpaint/edit/state.mjs";
import {beginTask, noteHost} from "../../javascript/click_inpaint/edit/tasks.mjs";

const FOUND = {kind: "damage", sensitivity: 0.5, smallest: 4, mode: "add"};
const begun = (state, name) => beginTask(noteHost(state, {denoising_strength: 0.75}), name);

test("Repair begins with the damage, below what was selected, and searches once", () => {
    const clicked = states.addClick(states.initialState(), {x: 5, y: 6});
    const repaired = begun(clicked, "repair");
    assert.deepEqual(repaired.edit.selection, [FOUND, ...clicked.edit.selection]);
    assert.deepEqual(begun(repaired, "repair").edit.selection, repaired.edit.selection);
    assert.deepEqual(states.undo(repaired).edit.selection, clicked.edit.selection);
});

test("another task leaves the damage that Repair has searched for, and nothing else", () => {
    const clicked = states.addClick(states.initialState(), {x: 5, y: 6});
    assert.deepEqual(begun(begun(clicked, "repair"), "replace").edit.selection, clicked.edit.selection);
});

test("how eagerly is searched can be changed later, in one step of undo for one gesture", () => {
    const repaired = begun(states.initialState(), "repair");
    const dragged = setDamage(setDamage(repaired, {sensitivity: 0.6}, "sensitivity"), {sensitivity: 0.7}, "sensitivity");
    assert.deepEqual(damageOf(dragged.edit), {...FOUND, sensitivity: 0.7});
    assert.deepEqual(damageOf(states.undo(dragged).edit), FOUND);
    assert.equal(damageOf(setDamage(states.initialState(), {smallest: 9}).edit), null);
});
