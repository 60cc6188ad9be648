// What the colour brush does: it paints on the open picture, or takes a colour of it.

import {addPaint} from "../edit/colours.mjs";
import {ontoPicture} from "../edit/geometry.mjs";
import {colourAt} from "../pictures/picture.mjs";

/**
 * @param {import("../store/store.mjs").Store} store @param {import("../tools/tools.mjs").Tools} tools
 * @param {import("../pictures/picture.mjs").Decoded} picture
 * @returns {Pick<import("../tools/gestures.mjs").GestureHandler, "ink" | "picks" | "paint" | "pick">}
 */
export function colourGestures(store, tools, picture) {
    const {ink, picks} = tools.now;
    return {
        ink,
        picks,
        paint(points, radius) {
            if (store.change(state => addPaint(state, points, radius, ink))) tools.painted();
        },
        pick: point => tools.setInk({colour: colourAt(picture, ontoPicture(picture, point))}),
    };
}
