import assert from "node:assert/strict";
import {test} from "node:test";
import {Tiles, boxOf, levelFor, levelsOf, visibleTiles} from "../../javascript/click_inpaint/canvas/tiles.mjs";
import {numbers} from "./numbers.mjs";

/** A bitmap that only counts. */
function bitmapOf(size, log) {
    return {...size, close: () => log.push("close")};
}

/** What a canvas was told to draw. */
function contextOf() {
    const drawn = [];
    return {drawn, drawImage: (bitmap, ...numbers_) => drawn.push(numbers_)};
}

const settled = () => new Promise(resolve => setTimeout(resolve));

test("tiles are as fine as the screen, and at most twice", () => {
    const between = numbers(1);
    for (let i = 0; i < 200; i++) {
        const scale = 2 ** between(-6, 6);
        const level = levelFor(scale, 9);
        assert.ok(level === 0 || scale * 2 ** level <= 1 + 1e-9, "no coarser than the screen");
        assert.ok(scale * 2 ** (level + 1) > 1, "no finer than twice");
    }
    assert.equal(levelFor(1 / 64, 3), 3);
});

test("the visible tiles cover what shows, once, and no more than their border beyond", () => {
    const between = numbers(2);
    for (let i = 0; i < 200; i++) {
        const size = {width: Math.round(between(1, 9000)), height: Math.round(between(1, 9000))};
        const place = {scale: 2 ** between(-5, 4), x: between(-4000, 800), y: between(-4000, 800)};
        const device = {width: 900, height: 700};
        const level = levelFor(place.scale, levelsOf(size));
        const tiles = visibleTiles(size, level, place, device);
        assert.equal(new Set(tiles.map(tile => JSON.stringify(tile))).size, tiles.length);
        const seen = {x: between(0, 900), y: between(0, 700)};
        const point = {x: (seen.x - place.x) / place.scale, y: (seen.y - place.y) / place.scale};
        const on = point.x >= 0 && point.y >= 0 && point.x < size.width && point.y < size.height;
        const holding = tiles.filter(tile => {
            const {x0, y0, x1, y1} = boxOf(size, tile);
            return point.x >= x0 && point.x < x1 && point.y >= y0 && point.y < y1;
        });
        if (on) assert.equal(holding.length, 1);
        for (const tile of tiles) assert.ok(boxOf(size, tile).x0 * place.scale + place.x < 900 && boxOf(size, tile).x1 * place.scale + place.x > 0);
    }
});

test("neighbours meet on the same device pixel", async() => {
    const tiles = new Tiles({width: 1500, height: 900}, async(box, size) => bitmapOf(size, []), () => undefined);
    const place = {scale: 0.731, x: 3.3, y: -7.7};
    tiles.draw(contextOf(), place, {width: 1200, height: 700});
    await settled();
    const context = contextOf();
    tiles.draw(context, place, {width: 1200, height: 700});
    const rows = context.drawn.filter(([, , , , , top]) => top === context.drawn[0][5]);
    assert.ok(rows.length > 1);
    for (let i = 1; i < rows.length; i++) assert.equal(rows[i - 1][4] + rows[i - 1][6], rows[i][4]);
    assert.ok(context.drawn.flat().slice(4, 8).every(Number.isInteger));
});

test("a tile that is not made yet is drawn from a coarser one, then sharp", async() => {
    const made = [];
    const tiles = new Tiles({width: 2048, height: 2048}, async(box, size) => {
        made.push([box.x0, box.y0, box.x1, box.y1, size.width]);
        return bitmapOf(size, []);
    }, () => undefined);
    const [fit, close] = [{scale: 0.25, x: 0, y: 0}, {scale: 1, x: 0, y: 0}];
    tiles.draw(contextOf(), fit, {width: 512, height: 512});
    await settled();
    assert.deepEqual(made, [[0, 0, 2048, 2048, 512]]);
    const context = contextOf();
    tiles.draw(context, close, {width: 512, height: 512});
    assert.deepEqual(context.drawn, [[0, 0, 128, 128, 0, 0, 512, 512]], "the corner of the coarse one");
    await settled();
    assert.deepEqual(made.at(-1), [0, 0, 512, 512, 512]);
    const sharp = contextOf();
    tiles.draw(sharp, close, {width: 512, height: 512});
    assert.deepEqual(sharp.drawn, [[0, 0, 512, 512, 0, 0, 512, 512]]);
});

test("while the view moves nothing is reduced that shows coarser; at rest it is", async() => {
    const made = [];
    const tiles = new Tiles({width: 4096, height: 4096}, async(box, size) => {
        made.push(box.x1 - box.x0);
        return bitmapOf(size, []);
    }, () => undefined);
    const draw = async(scale, moving) => {
        tiles.draw(contextOf(), {scale, x: 0, y: 0}, {width: 500, height: 500}, moving);
        await settled();
        return made.splice(0);
    };
    assert.deepEqual(await draw(1 / 8, false), [4096]);
    assert.deepEqual(await draw(1 / 4, true), []);
    assert.deepEqual(await draw(1, true), [512], "what need not be reduced comes at once");
    assert.deepEqual(await draw(1 / 4, false), [2048]);
});

test("closing gives back every bitmap, also those still being made", async() => {
    const log = [];
    let made = 0;
    const tiles = new Tiles({width: 3000, height: 3000}, async(box, size) => {
        made++;
        return bitmapOf(size, log);
    }, () => undefined);
    tiles.draw(contextOf(), {scale: 1, x: 0, y: 0}, {width: 2000, height: 2000});
    await new Promise(resolve => setImmediate(resolve));
    tiles.close();
    await settled();
    assert.ok(made > 0);
    assert.equal(log.length, made);
});

test("only so many are kept", async() => {
    const log = [];
    const tiles = new Tiles({width: 100_000, height: 512}, async(box, size) => bitmapOf(size, log), () => undefined);
    for (let x = 0; x > -90_000; x -= 512) {
        tiles.draw(contextOf(), {scale: 1, x, y: 0}, {width: 512, height: 512});
        await settled();
    }
    assert.ok(log.length > 50);
});
