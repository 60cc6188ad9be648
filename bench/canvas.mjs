// The page's canvas with its tools, alone: what it shows is made here, and what is asked of a server is not asked.

import {Editor} from "/click_inpaint/workspace/editor.mjs";

const SIDE = 8192;
const root = document.querySelector("#click_inpaint_root");

/** As the page has it: a stage that holds a canvas. */
function stageOf() {
    const [stage, canvas] = [document.createElement("div"), document.createElement("canvas")];
    stage.className = "ci-stage";
    canvas.className = "ci-canvas";
    canvas.tabIndex = 0;
    stage.append(canvas);
    return {stage, canvas};
}

function editorOf() {
    const {stage, canvas} = stageOf();
    const nothing = () => undefined;
    const store = {state: {edit: {image: "", selection: []}, segmenter: "auto"}, picture: null, preview: null, server: null,
        follow: nothing, walk: nothing, click: nothing, box: nothing, stroke: nothing, lasso: nothing, change: () => false};
    const editor = new Editor({root, canvas, stage, store, client: null}, new AbortController().signal);
    root.replaceChildren(editor.box);
    return editor;
}

/** Many overlapping patches: no part of it is even. */
function painted(width, height) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    for (let i = 0; i < 900; i++) {
        context.fillStyle = `hsl(${i * 37 % 360} 60% ${20 + i * 7 % 60}%)`;
        context.fillRect(i * 2671 % width - 200, i * 1933 % height - 150, 900, 700);
    }
    return canvas;
}

/** A ring that takes a third of the picture's side. */
function previewOf() {
    const size = 2800;
    const values = new Uint8Array(size * size);
    for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
            const off = Math.abs(Math.hypot(x - size / 2, y - size / 2) - 1000);
            values[y * size + x] = Math.max(0, Math.min(255, (380 - off) * 8));
        }
    }
    const box = [2600, 2600, 2600 + size, 2600 + size];
    return {header: {frame: [SIDE, SIDE], box, parts: [{crop: [2500, 2500, 5500, 5500], working: [512, 512]}], apart: 0, digest: "", advice: []}, mask: {width: size, height: size, values}};
}

window.bench = {
    /** The canvas as it is with a large picture and a selection. */
    ours() {
        const bitmap = painted(SIDE, SIDE).transferToImageBitmap();
        const editor = editorOf();
        const click = {kind: "click", x: 4000, y: 3000, include: true};
        editor.view.show({picture: {bitmap, width: SIDE, height: SIDE}, preview: previewOf(), stale: false, steps: [click]});
    },

    /** A canvas of that size, on which a square follows the pointer and nothing else is. */
    floor() {
        const {stage, canvas} = stageOf();
        root.replaceChildren(stage);
        Object.assign(canvas, {width: stage.clientWidth, height: stage.clientHeight});
        const context = canvas.getContext("2d");
        let at = null;
        const draw = () => {
            context.clearRect(0, 0, canvas.width, canvas.height);
            context.fillRect(at.offsetX, at.offsetY, 20, 20);
            at = null;
        };
        const follow = event => {
            if (!at) requestAnimationFrame(draw);
            at = event;
        };
        canvas.addEventListener("pointermove", follow);
        canvas.addEventListener("wheel", event => {
            event.preventDefault();
            follow(event);
        }, {passive: false});
    },

    /** A photograph's file, 24 megapixels. */
    async file() {
        window.photograph = await painted(6000, 4000).convertToBlob({type: "image/jpeg", quality: 0.92});
    },

    /** Milliseconds from a file to its first frame, as the page opens one. */
    async firstFrame() {
        const editor = editorOf();
        const began = performance.now();
        const {decode} = await import("/click_inpaint/pictures/picture.mjs");
        editor.view.show({picture: await decode(window.photograph)});
        const context = root.querySelector("canvas").getContext("2d");
        const middle = () => context.getImageData(context.canvas.width / 2, context.canvas.height / 2, 1, 1).data[3];
        while (!middle()) await new Promise(requestAnimationFrame);
        return performance.now() - began;
    },
};
