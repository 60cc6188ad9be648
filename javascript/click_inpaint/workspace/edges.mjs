// The edges of the extended picture, which can be drawn outward and back.

import {NO_FRAME, edgeAt, extentOf, lengthTo} from "../edit/geometry.mjs";
import {setFrame} from "../edit/areas.mjs";

/** @typedef {import("../canvas/canvas.mjs").CanvasView} CanvasView */
/** @typedef {import("../edit/geometry.mjs").Frame} Frame */
/** @typedef {import("../edit/geometry.mjs").Point} Point */
/** @typedef {import("../store/store.mjs").Store} Store */

/** How far beside an edge it is held, in CSS pixels. */
const GRAB_PX = {mouse: 8, touch: 20};
/** A drawn edge keeps to whole numbers of these: the cells in which the sampler paints. The numbers below take any. */
const STEP_PX = 8;

/** The frame whose edges show: also one of nothing, while the person is about to extend. @param {import("../edit/state.mjs").State} state @returns {Frame | undefined} */
export function shownFrame({task, edit: {frame}}) {
    return frame ?? (task === "extend" ? NO_FRAME : undefined);
}

/**
 * What a press on an edge begins; null where there is none. The edge goes along as a draft, and only its last place is
 * taken: the canvas would else change its size under the pointer.
 * @param {Store} store @param {CanvasView} view @param {import("../tools/gestures.mjs").Press} press
 * @returns {import("../tools/gestures.mjs").Gesture | null}
 */
export function edgeGesture(store, view, {point, takesAway, byTouch = false}) {
    const side = takesAway ? null : edgeUnder(store, view, point, byTouch ? "touch" : "mouse");
    const {picture, state} = store;
    if (!side || !picture) return null;
    /** @type {Partial<Frame>} */
    let drawn = {};
    return {
        move(points) {
            drawn = {[side]: Math.round(lengthTo(picture, side, points[points.length - 1]) / STEP_PX) * STEP_PX};
            view.show({draft: {kind: "box", box: extentOf(picture, {...NO_FRAME, ...state.edit.frame, ...drawn})}});
        },
        end() {
            store.change(now => setFrame(now, drawn));
        },
    };
}

/** Let the pointer show which way an edge goes. @param {HTMLCanvasElement} canvas @param {Store} store @param {CanvasView} view */
export function showEdges(canvas, store, view) {
    canvas.addEventListener("pointermove", event => {
        if (event.buttons) return; // what is drawn keeps its look
        canvas.dataset.edge = edgeUnder(store, view, view.pointAt(event), "mouse") ?? "";
    });
}

/** @param {Store} store @param {CanvasView} view @param {Point} point @param {keyof typeof GRAB_PX} by */
function edgeUnder({picture, state}, view, point, by) {
    const frame = shownFrame(state);
    return picture && frame ? edgeAt(extentOf(picture, frame), point, GRAB_PX[by] / view.view.scale) : null;
}
