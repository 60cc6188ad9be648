// Turns mouse, pen and touch on the canvas into a gesture of the tool or a move of the view, and tells where the pointer is.

/** @typedef {import("../edit/geometry.mjs").Point} Point */
/** @typedef {import("./gestures.mjs").Gesture} Gesture */
/**
 * @typedef {object} PointerHandler
 * @property {(press: import("./gestures.mjs").Press, tool: "eraser" | "") => Gesture | null} begin  a pen may name the tool
 * @property {() => void} over  the gesture ended or was given up
 * @property {(across: number, down: number) => void} pan  CSS pixels
 * @property {(before: [Point, Point]) => (now: [Point, Point]) => void} pinch  two fingers are down; it answers what takes
 *     their places from then on; CSS pixels of the canvas
 * @property {(point: Point | null, pressed: boolean) => void} moved  where a mouse or pen is, in picture pixels; null once it left
 * @property {() => boolean} grabs  whether a press moves the view (Space is held)
 * @property {(event: MouseEvent) => Point} pointAt  picture pixels
 * @property {(event: MouseEvent) => Point} canvasPoint  CSS pixels of the canvas
 */
/**
 * @typedef {{kind: "tool", id: number, at: number, gesture: Gesture} | {kind: "pan", id: number, x: number, y: number} |
 *     {kind: "pinch", move: (now: [Point, Point]) => void}} Action
 */

const HOLD_MS = 500;
const LEFT = 0;
const MIDDLE = 1;
const RIGHT = 2;
const PEN_ERASER = 5;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {PointerHandler} handler
 * @returns {{giveUp: () => boolean}} gives up the gesture under way, and tells whether there was one
 */
export function onPointer(canvas, handler) {
    /** @type {Action | null} */
    let action = null;
    /** Fingers on the canvas. @type {Map<number, Point>} */
    const fingers = new Map();

    const giveUp = () => {
        const had = action !== null;
        action = null;
        if (had) handler.over();
        return had;
    };

    /** Whether the action under way is done by fingers. */
    const isByFingers = () => action !== null && (action.kind === "pinch" || fingers.has(action.id));
    /** Whether this pointer did the press that began the action. */
    const began = (/** @type {PointerEvent} */ event) => action !== null && action.kind !== "pinch" && action.id === event.pointerId;
    /** Whether this pointer has a part in the action: it began it, or is a finger beside fingers. A palm beside the pen has none. */
    const belongs = (/** @type {PointerEvent} */ event) => event.pointerType === "touch" && isByFingers() || began(event);

    canvas.addEventListener("contextmenu", event => event.preventDefault());
    canvas.addEventListener("auxclick", event => event.preventDefault());
    canvas.addEventListener("pointerdown", event => {
        canvas.focus({preventScroll: true});
        event.preventDefault(); // no autoscroll, and no mouse events made of touches
        if (action && !belongs(event)) {
            if (!isByFingers()) return;
            giveUp(); // the palm came before the pen
        }
        canvas.setPointerCapture(event.pointerId);
        if (event.pointerType === "touch") {
            fingers.set(event.pointerId, handler.canvasPoint(event));
            if (fingers.size > 1) return pinch();
        }
        if (action) return void giveUp(); // a second button
        if (event.button === MIDDLE || (event.button === LEFT && handler.grabs())) {
            action = {kind: "pan", id: event.pointerId, x: event.clientX, y: event.clientY};
        } else if ([LEFT, RIGHT, PEN_ERASER].includes(event.button)) {
            const takesAway = event.button === RIGHT || event.altKey || event.ctrlKey; // Ctrl-click is a Mac's right click
            const press = {point: handler.pointAt(event), takesAway, newObject: event.shiftKey, byTouch: event.pointerType === "touch"};
            const gesture = handler.begin(press, event.button === PEN_ERASER ? "eraser" : "");
            if (gesture) action = {kind: "tool", id: event.pointerId, at: event.timeStamp, gesture};
        }
    });
    canvas.addEventListener("pointermove", event => {
        if (event.pointerType !== "touch") handler.moved(handler.pointAt(event), action !== null);
        if (fingers.has(event.pointerId)) fingers.set(event.pointerId, handler.canvasPoint(event));
        if (action?.kind === "pinch") return void (fingers.size === 2 && action.move(both()));
        if (!action || action.id !== event.pointerId) return;
        if (action.kind === "pan") {
            handler.pan(event.clientX - action.x, event.clientY - action.y);
            Object.assign(action, {x: event.clientX, y: event.clientY});
        } else {
            const all = event.getCoalescedEvents?.() ?? [];
            action.gesture.move((all.length ? all : [event]).map(handler.pointAt));
        }
    });
    canvas.addEventListener("pointerup", event => {
        const ended = action;
        fingers.delete(event.pointerId);
        if (ended?.kind === "pinch") return void (fingers.size || giveUp()); // the last finger to leave does nothing
        if (!ended || ended.id !== event.pointerId) return;
        giveUp();
        if (ended.kind === "tool") ended.gesture.end({held: event.pointerType === "touch" && event.timeStamp - ended.at > HOLD_MS});
    });
    canvas.addEventListener("pointercancel", event => {
        const ends = belongs(event);
        fingers.delete(event.pointerId);
        if (ends) giveUp();
    });
    canvas.addEventListener("pointerleave", () => handler.moved(null, false));
    return {giveUp};

    function pinch() {
        giveUp();
        action = fingers.size === 2 ? {kind: "pinch", move: handler.pinch(both())} : null;
    }

    function both() {
        return /** @type {[Point, Point]} */ ([...fingers.values()]);
    }
}
