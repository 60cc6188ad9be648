// What the tools for areas come to in the Edit.

import * as areas from "../edit/areas.mjs";
import * as states from "../edit/state.mjs";
import {boxBetween, contains, ontoPicture} from "../edit/geometry.mjs";

/** @typedef {import("../edit/geometry.mjs").Point} Point */
/** @typedef {import("../store/store.mjs").Store} Store */
/** @typedef {import("../tools/tools.mjs").Tools} Tools */

/**
 * What a gesture with one of these tools does; beside the picture the wand does nothing.
 * @param {Store} store @param {Tools} tools @param {import("../edit/geometry.mjs").Size} picture
 */
export function areaGestures(store, tools, picture) {
    return {
        mode: tools.now.mode,
        /** @param {Point} point @param {import("../tools/gestures.mjs").AreaMode} mode */
        wand(point, mode) {
            if (contains(picture, point)) store.change(state => areas.addWand(state, ontoPicture(picture, point), tools.now, mode));
        },
        /** @param {[Point, Point] | null} corners */
        context(corners) {
            if (!corners) return void store.change(state => states.setArea(state, {context: null}));
            const {x0, y0, x1, y1} = boxBetween(picture, ...corners);
            if (x0 < x1 && y0 < y1) store.change(state => states.setArea(state, {context: [Math.floor(x0), Math.floor(y0), Math.ceil(x1), Math.ceil(y1)]}));
        },
    };
}

/** What the options of these tools do. @param {Store} store @param {Tools} tools @returns {import("../tools/options.mjs").OptionActions} */
export function areaOptions(store, tools) {
    return {
        mode: mode => tools.setMode(mode),
        reach: (reach, gesture = "") => {
            tools.setReach(reach);
            store.change(state => areas.setReach(state, reach, gesture), gesture);
        },
        settle: () => store.change(states.settle),
        dropContext: () => store.change(state => states.setArea(state, {context: null})),
    };
}

/** Let the options show the wand that can still be changed. @param {Store} store @param {Tools} tools */
export function followWand({state}, tools) {
    const last = areas.lastWand(state);
    if (last) tools.setReach({tolerance: last.tolerance, contiguous: last.contiguous});
}
