// What a press, the way after it, and the release mean with each tool. No events in here: mouse, pen, finger and keyboard
// all use them.

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
 * @property {(points: readonly Point[]) => void} move  where it went since, oldest first
 * @property {(how?: {held?: boolean}) => void} end  held: a finger that rested
 */
/**
 * @typedef {object} Means  what gestures do
 * @property {import("../edit/geometry.mjs").Size} picture
 * @property {number} scale   CSS pixels per picture pixel
 * @property {number} radius  picture pixels
 * @property {(draft: import("../canvas/canvas.mjs").Draft | null) => void} show
 * @property {(point: Point, how: {include: boolean, newObject: boolean}) => void} click
 * @property {(a: Point, b: Point) => void} box
 * @property {(points: Point[], radius: number, mode: "brush" | "eraser") => void} stroke
 * @property {(points: Point[], mode: "add" | "subtract") => void} lasso
 */

/** A finger rolls a little when it taps. */
const DRAG_FROM_PX = {mouse: 5, touch: 12};
const LASSO_LEAST_POINTS = 3;

/** @param {import("./tools.mjs").Tool} tool @param {Press} press @param {Means} means @returns {Gesture} */
export function begin(tool, press, means) {
    if (tool === "point") return pointing(press, means);
    if (tool === "box") return boxing(press, means);
    if (tool === "lasso") return lassoing(press, means);
    return brushing((tool === "eraser") !== press.takesAway ? "eraser" : "brush", press, means);
}

/** A click, or from some way on a box. */
function pointing({point, takesAway, newObject, byTouch = false}, means) {
    /** @type {Gesture | null} */
    let box = null;
    return {
        move(points) {
            const last = points.at(-1);
            const far = Math.hypot(last.x - point.x, last.y - point.y) * means.scale > DRAG_FROM_PX[byTouch ? "touch" : "mouse"];
            if (far && !takesAway) box ??= boxing({point}, means);
            box?.move(points);
        },
        end({held = false} = {}) {
            if (box) box.end();
            else means.click(point, {include: !(takesAway || held), newObject});
        },
    };
}

function boxing({point}, means) {
    let last = point;
    return {
        move(points) {
            last = points.at(-1);
            means.show({kind: "box", box: boxBetween(means.picture, point, last)});
        },
        end() {
            means.box(point, last);
        },
    };
}

function brushing(mode, {point}, means) {
    const points = [point];
    const show = () => means.show({kind: "stroke", points, radius: means.radius, mode});
    show();
    return {
        move(more) {
            points.push(...more);
            show();
        },
        end() {
            means.stroke(finished(points, means.scale), means.radius, mode);
        },
    };
}

function lassoing({point, takesAway}, means) {
    const points = [point];
    const mode = takesAway ? "subtract" : "add";
    return {
        move(more) {
            points.push(...more);
            means.show({kind: "lasso", points, mode});
        },
        end() {
            const line = finished(points, means.scale);
            if (line.length >= LASSO_LEAST_POINTS) means.lasso(line, mode);
        },
    };
}
