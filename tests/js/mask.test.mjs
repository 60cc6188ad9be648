import assert from "node:assert/strict";
import {test} from "node:test";
import {contours, greyRows, reduced, region, tinted} from "../../javascript/click_inpaint/edit/mask.mjs";

function maskOf(...rows) {
    return {width: rows[0].length, height: rows.length, values: Uint8Array.from(rows.join(""), digit => digit === "#" ? 255 : Number(digit) * 28)};
}

/** Signed area of a flat line, by the shoelace formula. */
function area(line) {
    let twice = 0;
    for (let i = 0; i < line.length; i += 2) {
        const j = (i + 2) % line.length;
        twice += line[i] * line[j + 1] - line[j] * line[i + 1];
    }
    return twice / 2;
}

test("one contour runs around one object, half a pixel beyond its centres", () => {
    const lines = contours(maskOf("0000", "0##0", "0##0", "0000"));
    assert.equal(lines.length, 1);
    const [xs, ys] = [lines[0].filter((_, i) => i % 2 === 0), lines[0].filter((_, i) => i % 2 === 1)];
    assert.deepEqual([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)], [1, 3, 1, 3]);
});

test("a mask that fills its box is outlined along the box's edge", () => {
    const [line] = contours(maskOf("###", "###"));
    assert.deepEqual([Math.min(...line), Math.max(...line)], [0, 3]);
});

test("a hole has a contour of its own, the other way round", () => {
    const lines = contours(maskOf("#####", "#000#", "#0#0#", "#000#", "#####"));
    assert.deepEqual(lines.map(line => Math.sign(area(line))).sort(), [-1, 1, 1]);
});

test("the contour of a ramp lies where it is half on", () => {
    const ramp = {width: 5, height: 3, values: Uint8Array.from([255, 255, 170, 85, 0, 255, 255, 170, 85, 0, 255, 255, 170, 85, 0])};
    const [line] = contours(ramp);
    assert.ok(Math.abs(Math.max(...line.filter((_, i) => i % 2 === 0)) - 3) < 0.01);
});

test("nothing has no contour", () => {
    assert.deepEqual(contours(maskOf("00", "00")), []);
});

test("every contour is closed, of any mask", () => {
    for (let seed = 1; seed <= 30; seed++) {
        const values = Uint8Array.from({length: 20 * 15}, (_, i) => Math.imul(i + 1, seed * 2654435761) >>> 24);
        for (const line of contours({width: 20, height: 15, values})) {
            for (let i = 0; i < line.length; i += 2) {
                const j = (i + 2) % line.length;
                assert.ok(Math.hypot(line[i] - line[j], line[i + 1] - line[j + 1]) < 1.5);
            }
        }
    }
});

test("reducing averages, and never enlarges", () => {
    const mask = maskOf("##00", "##00", "#0#0", "0#0#");
    assert.deepEqual([...reduced(mask, 2, 2).values], [255, 0, 128, 128]);
    assert.equal(reduced(mask, 9, 9), mask);
    assert.deepEqual([reduced(mask, 0.2, 3).width, reduced(mask, 0.2, 3).height], [1, 3]);
});

test("the tint's alpha is the mask, the grey picture's colour is", () => {
    const mask = {width: 2, height: 2, values: Uint8Array.of(0, 255, 100, 200)};
    assert.deepEqual([...tinted(mask, [1, 2, 3], 0.5)].filter((_, i) => i % 4 === 3), [0, 128, 50, 100]);
    assert.deepEqual([...greyRows(mask, 1, 2)], [100, 100, 100, 255, 200, 200, 200, 255]);
});

test("a region is the box reduced, exactly while blocks are small, and costs its own size where they are large", () => {
    const mask = maskOf("##00", "##00", "#0#0", "0#0#");
    assert.deepEqual([...region(mask, {x0: 0, y0: 0, x1: 4, y1: 4}, {width: 2, height: 2}).values], [255, 0, 128, 128]);
    assert.deepEqual([...region(mask, {x0: 1, y0: 1, x1: 4, y1: 3}, {width: 3, height: 2}).values], [255, 0, 0, 0, 255, 0]);
    const large = {width: 1000, height: 1000, values: new Uint8Array(1e6).fill(200)};
    const small = region(large, {x0: 3, y0: 5, x1: 998, y1: 1000}, {width: 10, height: 9});
    assert.deepEqual([small.width, small.height, ...new Set(small.values)], [10, 9, 200]);
});
