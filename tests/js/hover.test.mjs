import assert from "node:assert/strict";
import {test} from "node:test";
import {Hover} from "../../javascript/click_inpaint/tools/hover.mjs";

const FULL = {header: {box: [0, 0, 10, 10]}, mask: {width: 2, height: 2, values: Uint8Array.of(255, 255, 255, 255)}};
const NOTHING = {header: {box: [0, 0, 0, 0]}, mask: {width: 0, height: 0, values: new Uint8Array()}};

/** A hover whose questions are answered by hand. */
function hoverOf(t, {ms = 0} = {}) {
    t.mock.timers.enable({apis: ["setTimeout"]});
    let now = 0;
    const asked = [];
    const shown = [];
    const hover = new Hover(point => new Promise(resolve => asked.push({point, answer: async with_ => {
        now += ms;
        resolve(with_);
        await settled();
    }})), outlined => shown.push(outlined), () => now);
    const pass = async passed => {
        now += passed;
        t.mock.timers.tick(passed);
        await settled();
    };
    hover.turn(true);
    return {hover, asked, shown, pass};
}

async function settled() {
    for (let i = 0; i < 5; i++) await Promise.resolve();
}

test("it asks where the pointer rests, not along its way", async t => {
    const {hover, asked, shown, pass} = hoverOf(t);
    for (let x = 0; x < 5; x++) {
        hover.at({x, y: 0});
        await pass(20);
    }
    assert.equal(asked.length, 0);
    await pass(60);
    assert.deepEqual(asked.map(({point}) => point), [{x: 4, y: 0}]);
    await asked[0].answer(FULL);
    assert.deepEqual(shown, [FULL]);
});

test("an answer for a place that the pointer has left is dropped, and never two are under way", async t => {
    const {hover, asked, shown, pass} = hoverOf(t);
    hover.at({x: 1, y: 1});
    await pass(60);
    hover.at({x: 5, y: 5});
    await pass(500);
    assert.equal(asked.length, 1);
    await asked[0].answer(FULL);
    assert.deepEqual(shown, []);
    await pass(500);
    assert.deepEqual(asked.map(({point}) => point.x), [1, 5]);
    await asked[1].answer(FULL);
    assert.deepEqual(shown, [FULL]);
});

test("a slow machine is asked less often", async t => {
    const {hover, asked, pass} = hoverOf(t, {ms: 400});
    hover.at({x: 1, y: 1});
    await pass(60);
    await asked[0].answer(FULL);
    hover.at({x: 2, y: 2});
    await pass(300);
    assert.equal(asked.length, 1);
    await pass(150);
    assert.equal(asked.length, 2);
});

test("the outline stays while the pointer is on it, and goes when it leaves it, the picture, or the tool", async t => {
    const {hover, asked, shown, pass} = hoverOf(t);
    const outline = async() => {
        hover.at({x: 1 + asked.length, y: 1});
        await pass(60);
        await asked.at(-1).answer(FULL);
        assert.equal(shown.at(-1), FULL);
    };
    await outline();
    hover.at({x: 9, y: 9});
    assert.equal(shown.at(-1), FULL);
    hover.at({x: 11, y: 9});
    assert.equal(shown.at(-1), null);
    await outline();
    hover.at(null);
    assert.equal(shown.at(-1), null);
    await outline();
    hover.turn(false);
    assert.equal(shown.at(-1), null);
    hover.at({x: 3, y: 3});
    await pass(500);
    assert.equal(asked.length, 3);
});

test("where a click would select nothing, nothing is outlined", async t => {
    const {hover, asked, shown, pass} = hoverOf(t);
    hover.at({x: 1, y: 1});
    await pass(60);
    await asked[0].answer(NOTHING);
    assert.deepEqual(shown, []);
});

test("a click makes the answer under way untrue", async t => {
    const {hover, asked, shown, pass} = hoverOf(t);
    hover.at({x: 1, y: 1});
    await pass(60);
    hover.forget();
    await asked[0].answer(FULL);
    assert.deepEqual(shown, []);
});
