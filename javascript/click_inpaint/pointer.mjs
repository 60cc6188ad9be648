// Mouse, pen and touch on the canvas, as what they mean.

/** @typedef {import("./geometry.mjs").Point} Point */
/**
 * @typedef {object} Meaning  points are picture pixels, and may lie beside the picture
 * @property {(point: Point, how: {include: boolean, newObject: boolean}) => void} click
 * @property {(a: Point, b: Point) => void} box
 * @property {(a: Point | null, b?: Point) => void} drag  a box being drawn, or given up
 */

const DRAG_FROM_PX = 5;
const HOLD_MS = 500;
const RIGHT = 2;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {(event: PointerEvent) => Point} pointAt
 * @param {Meaning} meaning
 * @returns {() => boolean} gives up the gesture under way, and tells whether there was one
 */
export function onPointer(canvas, pointAt, meaning) {
    /**
     * @type {{id: number, x: number, y: number, at: number, point: Point, excludes: boolean, dragging: boolean} |
     *     null}
     */
    let down = null;
    const giveUp = () => {
        const had = down !== null;
        down = null;
        meaning.drag(null);
        return had;
    };

    canvas.addEventListener("contextmenu", event => event.preventDefault());
    canvas.addEventListener("pointerdown", event => {
        if (down || !event.isPrimary) return void giveUp(); // a second finger or button
        if (event.button !== 0 && event.button !== RIGHT) return;
        event.preventDefault();
        canvas.focus({preventScroll: true});
        canvas.setPointerCapture(event.pointerId);
        const excludes = event.button === RIGHT || event.altKey || event.ctrlKey; // Ctrl-click is a Mac's right click
        down = {id: event.pointerId, x: event.clientX, y: event.clientY, at: event.timeStamp, point: pointAt(event), excludes, dragging: false};
    });
    canvas.addEventListener("pointermove", event => {
        if (event.pointerId !== down?.id || down.excludes) return;
        down.dragging ||= Math.hypot(event.clientX - down.x, event.clientY - down.y) > DRAG_FROM_PX;
        if (down.dragging) meaning.drag(down.point, pointAt(event));
    });
    canvas.addEventListener("pointerup", event => {
        if (event.pointerId !== down?.id) return;
        const {point, excludes, dragging, at} = down;
        giveUp();
        const held = event.pointerType === "touch" && event.timeStamp - at > HOLD_MS;
        if (dragging) meaning.box(point, pointAt(event));
        else meaning.click(point, {include: !(excludes || held), newObject: event.shiftKey});
    });
    canvas.addEventListener("pointercancel", giveUp);
    return giveUp;
}
