// The line above the canvas: the most urgent message, else that the result is there, else advice on the selection, else
// what to do next. Below the canvas: what will be painted at which size, and another way to paint it where that is better.

import {element} from "../dom/element.mjs";
import {firstStep} from "../text/first.mjs";
import {isUnsure} from "../edit/mask.mjs";
import {text} from "../text/text.mjs";
import {translateMessage} from "../text/translate.mjs";

/** @typedef {import("../store/store.mjs").Store} Store */
/** @typedef {{kind: "busy" | "error" | "told" | "done" | "advice" | "hint", sentence: string, isRefusal?: boolean}} Shown */

export class StatusLine {
    line = element("p", {class: "ci-status", role: "status", "aria-live": "polite"});
    bar = element("progress", {class: "ci-progress", max: 1, hidden: true, "aria-label": text("embeddingUnknown")});
    plan = element("p", {class: "ci-plan", title: text("planTip")});
    /** One press, and each object is painted by itself. */
    offer;

    #tools;

    /** @param {Store} store @param {import("../tools/tools.mjs").Tools} tools @param {() => void} paintEach */
    constructor(store, tools, paintEach) {
        this.#tools = tools;
        this.offer = element("button", {type: "button", class: "ci-button ci-apart", title: text("eachTip"), hidden: true, onclick: paintEach});
        store.messages.follow(() => this.#show(store));
        tools.follow(() => this.#show(store));
        store.follow(() => {
            this.#show(store);
            this.plan.textContent = store.preview ? planOf(store.preview.header, store.state.edit.area.mode) : "";
            const apart = store.paints && store.preview?.header.apart || 0;
            this.offer.hidden = !apart || store.state.edit.area.mode !== "masked";
            this.offer.textContent = apart ? text("paintEach", {count: apart}) : "";
        });
    }

    /** @param {Store} store */
    #show(store) {
        const {messages} = store;
        const {kind, sentence, isRefusal} = messages.current ?? doneOn(store) ?? adviceOn(store) ?? {kind: "hint", sentence: nextStep(store, this.#tools.now.tool)};
        this.bar.hidden = messages.part === null;
        if (messages.part !== null) this.bar.value = messages.part;
        this.line.dataset.kind = kind;
        const isCountdown = messages.part !== null && kind === "busy"; // it would be read aloud all the time
        this.line.setAttribute("aria-live", isCountdown ? "off" : "polite");
        if (this.line.textContent === sentence) return; // said once, not at every change
        this.line.textContent = sentence;
        if (isRefusal) this.line.scrollIntoView({block: "nearest"});
    }
}

/** @param {Store} store @returns {Shown | null} */
function doneOn({paints, isPainted}) {
    return paints && isPainted ? {kind: "done", sentence: text("painted")} : null;
}

/** Said of the object that was clicked last, and only while nothing has been added to its mask since. @param {Store} store */
function unsureOn({isSelected, isStale, preview, server, state: {edit: {selection}, segmenter}}) {
    const object = isSelected && !isStale ? preview?.header.objects?.at(-1) : undefined;
    if (!object || object.last !== (selection?.length ?? 0) - 1 || !isUnsure(object)) return "";
    const name = segmenter === "auto" ? server?.auto.segmenter : segmenter;
    const isBuiltIn = server?.segmenters.find(one => one.name === name)?.built_in ?? false;
    return text(isBuiltIn ? "unsureBuiltIn" : "unsure");
}

/** @param {Store} store @returns {Shown | null} */
function adviceOn(store) {
    const said = store.paints ? store.preview?.header.advice.map(translateMessage) ?? [] : [];
    const advice = [unsureOn(store), ...said].filter(Boolean).join(" ");
    return advice ? {kind: "advice", sentence: advice} : null;
}

/** What the server said about the picture, and what to do next, with the tool in hand. @param {Store} store @param {import("../tools/tools.mjs").Tool} tool */
function nextStep({picture, paints, notes, state: {task}}, tool) {
    const ready = task ? /** @type {const} */ (`ready_${task}`) : "ready";
    const next = picture ? paints ? text(ready) : firstStep(tool, task) : task ? text("noPicture") : "";
    return notes ? `${notes} ${next}` : next;
}

/** @param {import("../edit/mask.mjs").Header} header @param {string} mode */
function planOf({parts}, mode) {
    const {crop: [x0, y0, x1, y1], working: [width, height]} = parts[parts.length - 1];
    if (parts.length > 1 && mode === "twice") return text("planTwice", {first: parts[0].working.join("×"), crop: `${x1 - x0}×${y1 - y0}`, working: `${width}×${height}`});
    if (parts.length > 1) return text("planEach", {count: parts.length, working: [...new Set(parts.map(({working}) => working.join("×")))].join(", ")});
    return text("plan", {crop: `${x1 - x0}×${y1 - y0}`, working: `${width}×${height}`});
}
