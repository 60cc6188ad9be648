import assert from "node:assert/strict";
import {test} from "node:test";
import {distanceTo, finished, simplified, smoothed, tolerance} from "../../javascript/click_inpaint/edit/paths.mjs";
import {numbers} from "./numbers.mjs";

function wobbly(between, count) {
    const points = [{x: between(0, 500), y: between(0, 500)}];
    while (points.length < count) points.push({x: points.at(-1).x + between(-9, 9), y: points.at(-1).y + between(-9, 9)});
    return points;
}

/** How far a point lies from a line of many points. */
function distanceToLine(point, line) {
    if (line.length === 1) return distanceTo(point, line[0], line[0]);
    return Math.min(...line.slice(1).map((end, i) => distanceTo(point, line[i], end)));
}

test("no dropped point lies further than allowed, the ends stay, and nothing is moved", () => {
    const between = numbers(1);
    for (let i = 0; i < 100; i++) {
        const points = wobbly(between, Math.round(between(1, 120)));
        const most = between(0.01, 20);
        const few = simplified(points, most);
        assert.deepEqual([few[0], few.at(-1)], [points[0], points.at(-1)]);
        assert.ok(few.every(point => points.includes(point)));
        for (const point of points) assert.ok(distanceToLine(point, few) <= most + 1e-9);
    }
});

test("a straight line is its two ends, a right angle three points", () => {
    const along = Array.from({length: 50}, (_, x) => ({x, y: 2 * x}));
    assert.deepEqual(simplified(along, 0.25), [{x: 0, y: 0}, {x: 49, y: 98}]);
    const corner = [...Array.from({length: 9}, (_, x) => ({x, y: 0})), ...Array.from({length: 9}, (_, y) => ({x: 9, y}))];
    assert.deepEqual(simplified(corner, 0.25), [{x: 0, y: 0}, {x: 9, y: 0}, {x: 9, y: 8}]);
});

test("there and back again keeps the far end", () => {
    const points = [...Array.from({length: 20}, (_, x) => ({x, y: 0})), ...Array.from({length: 20}, (_, x) => ({x: 19 - x, y: 0}))];
    assert.deepEqual(simplified(points, 0.25).map(({x}) => x).sort((a, b) => a - b), [0, 0, 19]);
});

test("smoothing takes a jitter down, keeps the ends and straight lines", () => {
    const jitter = Array.from({length: 41}, (_, x) => ({x, y: x % 2}));
    const inner = smoothed(jitter, 0.5).slice(1, -1).map(({y}) => y);
    assert.ok(inner.every(y => y === 0.5));
    assert.deepEqual([smoothed(jitter, 0.5)[0], smoothed(jitter, 0.5).at(-1)], [jitter[0], jitter.at(-1)]);
    const straight = Array.from({length: 9}, (_, x) => ({x, y: 3 * x}));
    assert.deepEqual(smoothed(straight, 0.5), straight);
    const corner = smoothed([{x: 0, y: 0}, {x: 40, y: 0}, {x: 40, y: 40}], 0.5)[1];
    assert.ok(Math.abs(Math.hypot(corner.x - 40, corner.y) - 0.5) < 1e-9, "a corner stays where it was drawn");
});

test("what is sent lies within a quarter pixel of the smoothed line, with two decimals", () => {
    const between = numbers(2);
    for (let i = 0; i < 50; i++) {
        const points = wobbly(between, 80);
        const scale = between(1, 30);
        const sent = finished(points, scale);
        for (const point of smoothed(points, 0.5 / scale)) assert.ok(distanceToLine(point, sent) <= 0.25 + 0.01);
        for (const {x, y} of sent) assert.ok(/^-?\d+(\.\d{1,2})?$/.test(`${x}`) && /^-?\d+(\.\d{1,2})?$/.test(`${y}`));
    }
    assert.equal(tolerance(0.1), 2.5);
});

test("a single point is a single point", () => {
    assert.deepEqual(finished([{x: 1.239, y: 2}], 1), [{x: 1.24, y: 2}]);
});
