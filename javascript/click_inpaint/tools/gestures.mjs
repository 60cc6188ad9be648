// What each tool makes of a press, the moves after it, and the release. There are no events in here: mouse, pen, finger
// and keyboard all use these gestures.

import {boxBetween} from "../edit/geometry.mjs";
import {finished} from "../edit/paths.mjs";

/** @typedef {import("../edit/geometry.mjs").Point} Point */
/**
 * @typedef {object} Press
 * @property {Point} point  picture pixels, maybe beside the picture
 * @property {boolean} takesAway  Alt, or the other button
 * @property {boolean} newObject  Shift
 * @property {boolean} [byTouch]
 */
/**
 * @typedef {object} Gesture
 * @property {(points: readonly Point[]) => void} move  the places since the last call, oldest first; at least one
 * @property {(how?: {held?: boolean}) => void} end  held: a finger that rested
 */
/**
 * @typedef {object} GestureHandler  takes what a gesture comes to, and says what it needs to know
 * @property {import("../edit/geometry.mjs").Size} picture
 * @property {number} scale   CSS pixels per picture pixel
 * @property {number} radius  picture pixels
 * @property {(draft: import("../canvas/canvas.mjs").Draft | null) => void} show
 * @property {(point: Point, how: {include: boolean, newObject: boolean}) => void} click
 * @property {(a: Point, b: Point) => void} box
 * @property {(points: Point[], radius: number, mode: "brush" | "eraser") => void} stroke
 * @property {AreaMode} mode  what becomes of an area, unless the press says otherwise
 * @property {(points: Point[], mode: AreaMode) => void} lasso
 * @property {(point: Point, mode: AreaMode) => void} wand
 * @property {(corners: [Point, Point] | null) => void} context  null removes it
 * @property {import("./polygon.mjs").Polygon} polygon
 * @property {import("../edit/colours.mjs").Ink} ink
 * @property {boolean} picks  whether the colour brush takes the colour under the press
 * @property {(points: Point[], radius: number) => void} paint
 * @property {(point: Point) => void} pick
 */
/** @typedef {"add" | "subtract" | "intersect"} AreaMode */

/** A finger rolls a little when it taps. */
const DRAG_FROM_PX = {mouse: 5, touch: 12};
const LASSO_LEAST_POINTS = 3;

/** @param {import("./tools.mjs").Tool} tool @param {Press} press @param {GestureHandler} handler @returns {Gesture} */
export function begin(tool, press, handler) {
    if (tool === "point") return pointing(press, handler);
    if (tool === "box") return boxing(press, handler);
    if (tool === "lasso") return lassoing(press, handler);
    if (tool === "polygon") return handler.polygon.press(press, handler);
    if (tool === "wand") return wanding(press, handler);
    if (tool === "context") return framing(press, handler);
    if (tool === "paint") return press.takesAway || handler.picks ? picking(press, handler) : painting(press, handler);
    return brushing((tool === "eraser") !== press.takesAway ? "eraser" : "brush", press, handler);
}

/** A click; once the pointer has gone some way from the press, a box. @param {Press} press @param {GestureHandler} handler @returns {Gesture} */
function pointing({point, takesAway, newObject, byTouch = false}, handler) {
    /** @type {Gesture | null} */
    let box = null;
    return {
        move(points) {
            const last = points[points.length - 1];
            const far = Math.hypot(last.x - point.x, last.y - point.y) * handler.scale > DRAG_FROM_PX[byTouch ? "touch" : "mouse"];
            if (far && !takesAway) box ??= boxing({point}, handler);
            box?.move(points);
        },
        end({held = false} = {}) {
            if (box) box.end();
            else handler.click(point, {include: !(takesAway || held), newObject});
        },
    };
}

/** @param {Pick<Press, "point">} press @param {GestureHandler} handler @returns {Gesture} */
function boxing({point}, handler) {
    let last = point;
    return {
        move(points) {
            last = points[points.length - 1];
            handler.show({kind: "box", box: boxBetween(handler.picture, point, last)});
        },
        end() {
            handler.box(point, last);
        },
    };
}

/** @param {"brush" | "eraser"} mode @param {Press} press @param {GestureHandler} handler @returns {Gesture} */
function brushing(mode, {point}, handler) {
    return stroking(point, handler, points => handler.show({kind: "stroke", points, radius: handler.radius, mode}),
        points => handler.stroke(points, handler.radius, mode));
}

/** @param {Press} press @param {GestureHandler} handler @returns {Gesture} */
function painting({point}, handler) {
    return stroking(point, handler, points => handler.show({kind: "paint", points, radius: handler.radius, ...handler.ink}),
        points => handler.paint(points, handler.radius));
}

/** @param {Point} point @param {GestureHandler} handler @param {(points: Point[]) => void} draw @param {(points: Point[]) => void} done @returns {Gesture} */
function stroking(point, handler, draw, done) {
    const points = [point];
    const show = () => draw(points);
    show();
    return {
        move(more) {
            points.push(...more);
            show();
        },
        end() {
            done(finished(points, handler.scale));
        },
    };
}

/** Takes the colour under the pointer, wherever it goes. @param {Press} press @param {GestureHandler} handler @returns {Gesture} */
function picking({point}, handler) {
    let last = point;
    return {
        move(points) {
            last = points[points.length - 1];
        },
        end() {
            handler.pick(last);
        },
    };
}

/** @param {Press} press @param {GestureHandler} handler @returns {Gesture} */
function lassoing(press, handler) {
    const points = [press.point];
    const mode = modeOf(handler.mode, press);
    return {
        move(more) {
            points.push(...more);
            handler.show({kind: "lasso", points, mode});
        },
        end() {
            const line = finished(points, handler.scale);
            if (line.length >= LASSO_LEAST_POINTS) handler.lasso(line, mode);
        },
    };
}

/** @param {Press} press @param {GestureHandler} handler @returns {Gesture} */
function wanding(press, handler) {
    return {
        move() {}, // the place of the press counts
        end() {
            handler.wand(press.point, modeOf(handler.mode, press));
        },
    };
}

/** Draws the box that the crop is to hold, or removes it. @param {Press} press @param {GestureHandler} handler @returns {Gesture} */
function framing({point, takesAway}, handler) {
    let last = point;
    return {
        move(points) {
            last = points[points.length - 1];
            if (!takesAway) handler.show({kind: "box", box: boxBetween(handler.picture, point, last)});
        },
        end() {
            handler.context(takesAway ? null : [point, last]);
        },
    };
}

/**
 * What becomes of an area: as the tool is set; with Alt or the other button the opposite, and with Shift too an intersection.
 * @param {AreaMode} set @param {Press} press @returns {AreaMode}
 */
export function modeOf(set, {takesAway, newObject}) {
    if (!takesAway) return set;
    if (newObject) return "intersect";
    return set === "subtract" ? "add" : "subtract";
}
