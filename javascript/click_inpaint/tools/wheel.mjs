// The wheel over the canvas. While the page scrolls, the wheel must go on scrolling it when the canvas comes under the
// pointer: plain turns are ours only once the canvas has the focus, as it has after a click on the picture.

/**
 * @typedef {object} WheelHandler
 * @property {(factor: number, event: WheelEvent) => void} zoom
 * @property {(across: number, down: number) => void} pan  CSS pixels
 * @property {(delta: 1 | -1) => void} walk
 */

/** Pixels of a line and of a page, for wheels that count in these. */
const LINE_PX = 33;
const PAGE_PX = 400;
/** Pixels of turning that double the size. */
const DOUBLES_PX = 300;
/** A trackpad's pinch turns in smaller steps. */
const PINCH_DOUBLES_PX = 70;
const NOTCH_PX = 50;
/** A swipe that once went sideways goes on as a pan for so long. */
const SWIPE_MS = 250;

/** @param {HTMLCanvasElement} canvas @param {WheelHandler} handler */
export function onWheel(canvas, handler) {
    let swiped = -Infinity;
    let turned = 0;
    canvas.addEventListener("wheel", event => {
        const action = actionOf(event, document.activeElement === canvas, event.timeStamp - swiped < SWIPE_MS);
        if (!action) return;
        event.preventDefault();
        const {across, down} = pixels(event);
        if (action === "zoom") handler.zoom(2 ** (-down / (isPinch(event) ? PINCH_DOUBLES_PX : DOUBLES_PX)), event);
        else if (action === "pan") {
            if (event.deltaX) swiped = event.timeStamp;
            handler.pan(...panOf(event, across, down));
        } else if (Math.abs(turned += down || across) >= NOTCH_PX) {
            handler.walk(turned > 0 ? 1 : -1);
            turned = 0;
        }
    }, {passive: false});
}

/**
 * What a turn of the wheel does.
 * @param {Pick<WheelEvent, "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "deltaX">} event
 * @param {boolean} focused @param {boolean} swiping
 * @returns {"zoom" | "pan" | "walk" | ""} "" leaves it to the page
 */
export function actionOf(event, focused, swiping) {
    if (event.ctrlKey || event.metaKey) return "zoom";
    if (!focused) return "";
    if (event.altKey) return "walk";
    return event.shiftKey || event.deltaX || swiping ? "pan" : "zoom";
}

/**
 * How far to pan. Shift turns a mouse's wheel sideways; some browsers have done that already.
 * @param {WheelEvent} event @param {number} across @param {number} down @returns {[across: number, down: number]}
 */
function panOf({shiftKey}, across, down) {
    return shiftKey && !across ? [-down, 0] : [-across, -down];
}

/** A pinch on a trackpad comes as Ctrl and a wheel of small turns. @param {WheelEvent} event */
function isPinch({ctrlKey, deltaMode, deltaY}) {
    return ctrlKey && deltaMode === 0 && Math.abs(deltaY) < NOTCH_PX;
}

/** @param {WheelEvent} event */
function pixels({deltaX, deltaY, deltaMode}) {
    const unit = [1, LINE_PX, PAGE_PX][deltaMode] ?? 1;
    return {across: deltaX * unit, down: deltaY * unit};
}
