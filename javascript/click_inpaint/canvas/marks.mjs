// Everything that is drawn on the picture, one function for each mark, in CSS pixels of the canvas. Each mark is light on
// dark, so that it shows on any picture and needs no theme.

import {toCanvas} from "../edit/geometry.mjs";

/** @typedef {import("../edit/geometry.mjs").Point} Point */
/** @typedef {import("../edit/geometry.mjs").Box} Box */
/** @typedef {import("../edit/geometry.mjs").View} View */
/** @typedef {import("../edit/state.mjs").Step} Step */
/** @typedef {import("../edit/state.mjs").Stroke | import("../edit/colours.mjs").Paint | import("../edit/state.mjs").Lasso} Drawn  a step that was drawn by hand */
/** @typedef {CanvasRenderingContext2D} Context */

export const TINT = Object.freeze({colour: /** @type {[number, number, number]} */ ([58, 134, 255]), opacity: 0.46, stale: 0.55});
const DARK = "rgba(8, 12, 20, 0.75)";
const LIGHT = "rgba(255, 255, 255, 0.95)";
const FAINT = {dark: "rgba(8, 12, 20, 0.35)", light: "rgba(255, 255, 255, 0.6)"};
const GRID = "rgba(128, 128, 128, 0.4)";
const HOVER_FILL = "rgba(255, 255, 255, 0.16)";
const HANDLE_PX = [5, 26];
const PAPER = "#d8dade";
const INCLUDE = "#1f9d55";
const EXCLUDE = "#d92d3a";
const MARKER = {radius: 8, arm: 3.8, width: 1.8};
const CORNER_PX = 14;
const DASH_PX = 5;
const NUMBER = {radius: 10, inset: 15, font: "600 12px system-ui, sans-serif"};

/** Light dashes on a dark line. @param {Context} context @param {Path2D} path @param {number} width */
export function drawDashed(context, path, width) {
    context.lineJoin = "round";
    line(context, path, width + 1.2, DARK);
    context.setLineDash([DASH_PX, DASH_PX]);
    line(context, path, width, LIGHT);
    context.setLineDash([]);
}

/** A light line on a dark one. @param {Context} context @param {Path2D} path @param {number} width */
export function drawOutlined(context, path, width) {
    context.lineJoin = "round";
    line(context, path, width + 2, DARK);
    line(context, path, width, LIGHT);
}

/** @param {View} view @param {Box} box */
export function boxPath(view, {x0, y0, x1, y1}) {
    const a = toCanvas(view, {x: x0, y: y0});
    const b = toCanvas(view, {x: x1, y: y1});
    const path = new Path2D();
    path.rect(a.x, a.y, b.x - a.x, b.y - a.y);
    return path;
}

/** @param {View} view @param {readonly Point[]} points @param {boolean} [closed] */
export function linePath(view, points, closed = false) {
    const path = new Path2D();
    for (const [i, point] of points.entries()) {
        const {x, y} = toCanvas(view, point);
        path[i ? "lineTo" : "moveTo"](x, y);
    }
    if (closed) path.closePath();
    else if (points.length === 1) path.lineTo(toCanvas(view, points[0]).x + 1e-3, toCanvas(view, points[0]).y); // a dot has no length
    return path;
}

/**
 * A stroke or lasso as it will look once it is part of the selection: tinted, in its colour, or the picture bare again.
 * @param {Context} context @param {View} view
 * @param {{kind: string, points: readonly Point[], radius?: number, mode?: string, colour?: string, opacity?: number}} drawn  picture pixels
 * @param {import("../edit/geometry.mjs").Size} picture @param {CanvasPattern | null} bare  the picture without a tint; null to leave what is there below
 */
export function drawArea(context, view, {kind, points, radius = 0, mode, colour = `rgb(${TINT.colour.join()})`, opacity = TINT.opacity}, picture, bare) {
    const path = linePath(view, points, kind === "lasso");
    if (mode === "intersect") path.addPath(boxPath(view, {x0: 0, y0: 0, x1: picture.width, y1: picture.height})); // what lies outside
    const paint = (/** @type {string | CanvasPattern} */ style) => {
        context.strokeStyle = context.fillStyle = style;
        if (kind === "lasso") context.fill(path, "evenodd");
        else context.stroke(path);
    };
    context.save();
    context.clip(boxPath(view, {x0: 0, y0: 0, x1: picture.width, y1: picture.height}));
    Object.assign(context, {lineWidth: 2 * radius * view.scale || 1, lineCap: "round", lineJoin: "round"});
    if (bare) paint(bare);
    context.globalAlpha = opacity;
    if (mode === "brush" || mode === "add" || kind === "paint") paint(colour);
    context.restore();
}

/**
 * A fine frame with strong corners: a viewfinder, not a selection.
 * @param {Context} context @param {View} view @param {readonly number[]} crop
 */
export function drawCrop(context, view, [x0, y0, x1, y1]) {
    const a = toCanvas(view, {x: x0, y: y0});
    const b = toCanvas(view, {x: x1, y: y1});
    const inset = 1; // stays whole at the picture's edge
    const [left, top, right, bottom] = [a.x + inset, a.y + inset, b.x - inset, b.y - inset];
    const arm = Math.min(CORNER_PX, (right - left) / 3, (bottom - top) / 3);
    const corners = new Path2D();
    const bends = [[left, top, arm, arm], [right, top, -arm, arm], [right, bottom, -arm, -arm], [left, bottom, arm, -arm]];
    for (const [x, y, across, down] of bends) {
        corners.moveTo(x + across, y);
        corners.lineTo(x, y);
        corners.lineTo(x, y + down);
    }
    const frame = new Path2D();
    frame.rect(left, top, right - left, bottom - top);
    line(context, frame, 2, FAINT.dark);
    line(context, frame, 1, FAINT.light);
    line(context, corners, 4, DARK);
    line(context, corners, 2, LIGHT);
}

/** The lines of what is being drawn, and the corners that are set: the first one, which closes it, is larger. @param {Context} context @param {View} view @param {import("./canvas.mjs").Draft} draft */
export function drawDraft(context, view, draft) {
    if (draft.kind === "box") drawDashed(context, boxPath(view, draft.box), 1.5);
    if (draft.kind !== "lasso") return;
    drawDashed(context, linePath(view, draft.points, true), 1.3);
    for (const [at, corner] of draft.points.slice(0, draft.corners ?? 0).entries()) {
        const {x, y} = toCanvas(view, corner);
        disc(context, x, y, at ? 3.5 : 5.5, DARK);
        disc(context, x, y, at ? 2.3 : 4.2, LIGHT);
    }
}

/** What a click would select. @param {Context} context @param {Path2D} path */
export function drawHover(context, path) {
    context.fillStyle = HOVER_FILL;
    context.fill(path, "evenodd");
    drawOutlined(context, path, 1.2);
}

/** What the picture is extended onto. @param {Context} context in device pixels @param {import("./tiles.mjs").Place} place @param {Box} extent */
export function drawPaper(context, {scale, x, y}, {x0, y0, x1, y1}) {
    context.fillStyle = PAPER;
    context.fillRect(x + x0 * scale, y + y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale);
}

/** The edges that can be drawn outward, each with a bar in its middle. @param {Context} context @param {View} view @param {Box} extent */
export function drawHandles(context, view, extent) {
    line(context, boxPath(view, extent), 1.2, DARK);
    const [from, to] = [toCanvas(view, {x: extent.x0, y: extent.y0}), toCanvas(view, {x: extent.x1, y: extent.y1})];
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    for (const [atX, atY, isUpright] of /** @type {[number, number, boolean][]} */ ([[from.x, y, true], [to.x, y, true], [x, from.y, false], [x, to.y, false]])) {
        const [width, height] = isUpright ? HANDLE_PX : [HANDLE_PX[1], HANDLE_PX[0]];
        context.fillStyle = DARK;
        context.fillRect(atX - width / 2 - 1.3, atY - height / 2 - 1.3, width + 2.6, height + 2.6);
        context.fillStyle = LIGHT;
        context.fillRect(atX - width / 2, atY - height / 2, width, height);
    }
}

/** What the crop is to hold: dots, apart from all that is dashed, and a knob at each corner. @param {Context} context @param {View} view @param {readonly number[]} box */
export function drawContext(context, view, [x0, y0, x1, y1]) {
    const path = boxPath(view, {x0, y0, x1, y1});
    line(context, path, 2.6, DARK);
    context.setLineDash([2, 4]);
    line(context, path, 1.6, LIGHT);
    context.setLineDash([]);
    for (const corner of [{x: x0, y: y0}, {x: x1, y: y0}, {x: x1, y: y1}, {x: x0, y: y1}]) {
        const {x, y} = toCanvas(view, corner);
        context.fillStyle = DARK;
        context.fillRect(x - 4, y - 4, 8, 8);
        context.fillStyle = LIGHT;
        context.fillRect(x - 2.7, y - 2.7, 5.4, 5.4);
    }
}

/**
 * The crops that are painted one after the other; several have their numbers.
 * @param {Context} context @param {View} view @param {readonly {crop: readonly number[]}[]} parts @param {number} lit  the one that is pointed at, -1 for none
 */
export function drawParts(context, view, parts, lit) {
    for (const [at, {crop}] of parts.entries()) {
        drawCrop(context, view, crop);
        if (parts.length > 1) drawNumber(context, view, crop, at + 1, at === lit);
    }
}

/** In the corner, where a crop seldom holds anything. @param {Context} context @param {View} view @param {readonly number[]} crop @param {number} number @param {boolean} isLit */
function drawNumber(context, view, [x0, y0, x1, y1], number, isLit) {
    if (isLit) drawOutlined(context, boxPath(view, {x0, y0, x1, y1}), 3);
    const corner = toCanvas(view, {x: x0, y: y0});
    const [x, y] = [corner.x + Math.min(NUMBER.inset, view.scale * (x1 - x0) / 2), corner.y + Math.min(NUMBER.inset, view.scale * (y1 - y0) / 2)];
    disc(context, x, y, NUMBER.radius, isLit ? LIGHT : DARK);
    context.lineWidth = 1.2;
    context.strokeStyle = isLit ? DARK : LIGHT;
    context.stroke();
    Object.assign(context, {fillStyle: isLit ? DARK : LIGHT, font: NUMBER.font, textAlign: "center", textBaseline: "middle"});
    context.fillText(String(number), x, y + 0.5);
}

/**
 * Where the person clicked, and the boxes; strokes show by what they select.
 * @param {Context} context @param {View} view @param {Step} step
 */
export function drawStep(context, view, step) {
    if (step.kind === "click") drawMarker(context, toCanvas(view, step), step.include);
    if (step.kind === "box") {
        context.globalAlpha = 0.6;
        drawDashed(context, boxPath(view, step), 1);
        context.globalAlpha = 1;
    }
}

/** A step that is pointed at in the list of steps. @param {Context} context @param {View} view @param {Step} step */
export function drawHighlight(context, view, step) {
    if (step.kind === "click" || step.kind === "wand") drawRing(context, toCanvas(view, step), MARKER.radius + 5);
    else if (step.kind === "box") drawOutlined(context, boxPath(view, step), 2);
    else if (isDrawn(step)) drawOutlined(context, linePath(view, pointsOf(step), step.kind === "lasso"), 2);
}

/** @param {Step} step @returns {step is Drawn} */
export function isDrawn(step) {
    return step.kind === "stroke" || step.kind === "paint" || step.kind === "lasso";
}

/** The line that was drawn. @param {Drawn} step @returns {Point[]} */
export function pointsOf({points}) {
    return points.map(([x, y]) => ({x, y}));
}

/**
 * A disc with a plus or, for what is excluded, a minus: told apart without colour.
 * @param {Context} context @param {Point} at @param {boolean} include
 */
function drawMarker(context, {x, y}, include) {
    disc(context, x, y, MARKER.radius + 1, DARK);
    disc(context, x, y, MARKER.radius, include ? INCLUDE : EXCLUDE);
    context.lineWidth = 1.4;
    context.strokeStyle = LIGHT;
    context.stroke();
    const sign = new Path2D();
    sign.moveTo(x - MARKER.arm, y);
    sign.lineTo(x + MARKER.arm, y);
    if (include) {
        sign.moveTo(x, y - MARKER.arm);
        sign.lineTo(x, y + MARKER.arm);
    }
    context.lineCap = "round";
    line(context, sign, MARKER.width, LIGHT);
    context.lineCap = "butt";
}

/** Open in the middle, so that what it points at shows. @param {Context} context @param {Point} at */
export function drawCrosshair(context, {x, y}) {
    const path = new Path2D();
    for (const [across, down] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        path.moveTo(x + across * 4, y + down * 4);
        path.lineTo(x + across * 16, y + down * 16);
    }
    drawOutlined(context, path, 2);
}

/** How large the brush is. @param {Context} context @param {Point} at @param {number} radius CSS pixels */
export function drawRing(context, {x, y}, radius) {
    const path = new Path2D();
    path.arc(x, y, Math.max(radius, 1.5), 0, 2 * Math.PI);
    drawOutlined(context, path, 1);
}

/**
 * The borders of picture pixels.
 * @param {Context} context in device pixels @param {import("./tiles.mjs").Place} place
 * @param {import("../edit/geometry.mjs").Size} picture @param {import("../edit/geometry.mjs").Size} device
 */
export function drawPixelGrid(context, {scale, x, y}, picture, device) {
    const path = new Path2D();
    const from = (/** @type {number} */ offset) => Math.max(0, Math.ceil(-offset / scale));
    /** @param {number} offset @param {number} extent @param {number} length */
    const to = (offset, extent, length) => Math.min(length, Math.floor((extent - offset) / scale));
    const [left, right] = [Math.max(0, x), Math.min(device.width, picture.width * scale + x)];
    const [top, bottom] = [Math.max(0, y), Math.min(device.height, picture.height * scale + y)];
    for (let i = from(x); i <= to(x, device.width, picture.width); i++) {
        const at = Math.round(i * scale + x) + 0.5;
        path.moveTo(at, top);
        path.lineTo(at, bottom);
    }
    for (let i = from(y); i <= to(y, device.height, picture.height); i++) {
        const at = Math.round(i * scale + y) + 0.5;
        path.moveTo(left, at);
        path.lineTo(right, at);
    }
    line(context, path, 1, GRID);
}

/** @param {Context} context @param {number} x @param {number} y @param {number} radius @param {string} style */
function disc(context, x, y, radius, style) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = style;
    context.fill();
}

/** @param {Context} context @param {Path2D} path @param {number} width @param {string} style */
function line(context, path, width, style) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke(path);
}
