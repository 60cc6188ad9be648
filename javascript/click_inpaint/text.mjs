// Every sentence that a person sees, once, in English; the host's localisation files may translate each.

import {translate} from "./host.mjs";

export const TEXT = Object.freeze({
    canvas: "Picture: click the object to select it. Arrow keys move a crosshair, Enter clicks there, Alt+Enter excludes.",
    emptyTitle: "Drop a picture here",
    emptyMore: "or paste it, or click to open one",
    emptyThen: "Then click what you want to change.",
    dropHere: "Drop to open",

    open: "Open picture",
    openTip: "Open a picture from this computer. You can also drop it on the canvas or paste it.",
    useResult: "Use result",
    useResultTip: "Go on with the picture that the gallery shows: it becomes the new picture. Settings stay.",
    send: "Send to Inpaint upload",
    sendTip: "Put the picture and the mask, as a black and white picture, into the tab Inpaint upload.",
    undo: "Undo",
    undoTip: "Undo the last step (Ctrl+Z)",
    redo: "Redo",
    redoTip: "Do again what was undone (Ctrl+Y)",
    invert: "Invert",
    invertTip: "Select everything that is not selected now",
    clear: "Clear",
    clearTip: "Drop the selection (Esc). Settings stay; undo brings it back.",
    history: "Selection",
    files: "Picture",
    settings: "Settings",

    grow: "Grow",
    growTip: "Moves the edge of the selection outward by this many pixels of the picture; below 0, inward.",
    feather: "Feather",
    featherTip: "Width of the soft edge outside the selection, in which new and old pixels are mixed.",
    padding: "Padding",
    paddingTip: "How much of the surroundings is painted along as context, in pixels of the picture.",
    px: "px",
    number: "{name} in pixels",
    area: "Area",
    masked: "Masked area",
    maskedTip: "Only a crop around the selection is painted, at the full Width × Height: more detail.",
    whole: "Whole picture",
    wholeTip: "The whole picture is scaled to Width × Height and painted at once: more context, less detail.",
    checkpoint: "Checkpoint",
    checkpointTip: "The checkpoint for this job only; yours is back for the next job in another tab.",
    current: "Current checkpoint",
    inpainting: "Inpainting checkpoints",
    otherCheckpoints: "Other checkpoints",
    fill: "Fill",
    fillTip: "What painting starts from under the mask.",
    fill_original: "The picture itself",
    fill_telea: "Surrounding colours (Telea)",
    segmenter: "Segmenter",
    segmenterTip: "What finds the object that you click. A change selects again.",
    auto: "Auto",
    autoNamed: "Auto: {name}",

    legendMouse: "Click adds · Right-click or Alt-click removes · Shift-click starts another object · Drag draws a box",
    legendTouch: "Tap adds · Touch and hold removes · Drag draws a box",
    plan: "crop {crop} → paint {working} → back",
    planTip: "This part of the picture is cut out, painted at this size and put back; all else stays as it is.",

    first: "Click the object that you want to change.",
    ready: "Selected. Say in the prompt what should be there, then press Generate.",
    opening: "Opening the picture…",
    uploading: "Sending the picture to the Web UI…",
    selecting: "Selecting…",
    selectingLong: "Selecting… the first click on a picture takes longest.",
    busy: "The Web UI is painting; the selection follows as soon as it is free.",
    takingResult: "Fetching the result…",
    sending: "Sending picture and mask to Inpaint upload…",

    offline: "The Web UI does not answer. Your picture and selection are kept here; trying again…",
    login: "Your login has run out. Open the Web UI in another browser tab, log in, and go on here.",
    noPictureHere: "There is no picture in that. Drop or paste a picture file.",
    notFetched: "The Web UI does not give that picture (any more). Save it and open the file.",
    noResult: "There is no result yet. Press Generate first.",
    noTarget: "This Web UI has no tab Inpaint upload that takes pictures.",
    tooLargeForMask: "The mask is too large for this browser to turn into a picture.",
    sizeChanged: "The Web UI reads this picture at another size than the browser; the selection was dropped. Click again.",
});

/**
 * A sentence in the host's language, with {name} replaced by values.
 * @param {keyof typeof TEXT} key
 * @param {Record<string, unknown>} [values]
 */
export function text(key, values = {}) {
    return translate(TEXT[key]).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
