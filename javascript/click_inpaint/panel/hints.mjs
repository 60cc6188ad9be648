// The line under the canvas that says where a setting does not fit the task: one press mends it, another dismisses the
// hint for good.

import {TASKS, isTurned} from "../edit/tasks.mjs";
import {roundsOf} from "../edit/geometry.mjs";
import {hintOn, isWide} from "../edit/hints.mjs";
import {element, icon} from "../dom/element.mjs";
import {text} from "../text/text.mjs";

/** @typedef {import("../edit/hints.mjs").Hint} Hint */
/** @typedef {import("../edit/tasks.mjs").HostValues} HostValues */
/** @typedef {import("../store/store.mjs").Store} Store */
/**
 * @typedef {object} Means
 * @property {() => HostValues} read  what the host's controls say
 * @property {(set: HostValues) => void} apply
 * @property {(part: Partial<import("../edit/state.mjs").Edit["area"]>) => void} setArea
 * @property {(rounds: readonly import("../edit/geometry.mjs").Frame[]) => void} extendIn
 * @property {() => void} goToPrompt
 * @property {import("../store/dismissed.mjs").Dismissed} dismissed
 */

export class HintLine {
    #store;
    #means;
    #sentence = element("span");
    #acts = element("span", {class: "ci-acts"});
    #dismiss = element("button", {type: "button", class: "ci-remove", title: text("hintDismiss"), "aria-label": text("hintDismiss"),
        onclick: () => this.#forGood()}, icon("clear"));
    /** @type {Hint | null} */
    #hint = null;

    box = element("div", {class: "ci-notice ci-hint", role: "status", "aria-label": text("hint"), hidden: true}, this.#sentence, this.#acts, this.#dismiss);

    /** @param {Store} store @param {Means} means */
    constructor(store, means) {
        this.#store = store;
        this.#means = means;
        store.follow(() => this.look());
    }

    /** Look again: something of the host's has changed. */
    look() {
        const {paints, picture, preview, state: {task, edit: {area, frame, selection}}} = this.#store;
        const rounds = picture && frame ? roundsOf(picture, frame) : [];
        const header = paints && preview ? preview.header : null;
        const host = this.#means.read();
        const {family, label} = checkpointOf(this.#store);
        const hint = hintOn({task, area, rounds, keeps: isTurned(selection), host, header, family}, name => this.#means.dismissed.has(name));
        this.box.hidden = !hint;
        if (JSON.stringify(hint) !== JSON.stringify(this.#hint)) this.#acts.replaceChildren(...hint ? this.#actsOf(hint) : []);
        this.#hint = hint;
        const said = hint ? sentenceOf(hint, {task, host, label, header}) : "";
        if (this.#sentence.textContent !== said) this.#sentence.textContent = said; // read aloud once
    }

    /** @param {Hint} hint */
    #actsOf({offers, ...hint}) {
        const act = (/** @type {string} */ name, /** @type {() => void} */ press) =>
            element("button", {type: "button", class: "ci-button", onclick: () => (press(), this.look())}, name);
        if (!offers) return [act(actOf(hint), () => Object.keys(hint.set).length ? this.#means.apply(hint.set) : this.#means.goToPrompt())];
        return offers.map(offer => act(text(`act_${offer.name}`, {...offer.set, to: offer.area?.padding, count: offer.rounds?.length}), () => {
            if (offer.rounds) this.#means.extendIn(offer.rounds);
            if (offer.area) this.#means.setArea(offer.area);
            if (offer.set) this.#means.apply(offer.set);
        }));
    }

    #forGood() {
        if (this.#hint) this.#means.dismissed.add(this.#hint.name);
        this.look();
    }
}

/** The checkpoint that will paint, as far as it is known. @param {Store} store */
function checkpointOf({server, state: {edit: {checkpoint}}}) {
    const chosen = {"auto": server?.auto.checkpoint, "auto-family": server?.auto_family.checkpoint}[checkpoint] ?? checkpoint;
    const {family = "", label = ""} = server?.checkpoints.find(({name}) => name === chosen) ?? {};
    return {family, label};
}

/** @param {Hint} hint @param {{task: import("../edit/state.mjs").State["task"], host: HostValues, label: string, header: import("../edit/mask.mjs").Header | null}} seen */
function sentenceOf({name, set}, {task, host, label, header}) {
    const wide = header?.parts.find(isWide);
    if (name === "wideMask" && wide) return text("hint_wideMask", {percent: Math.round(wide.share * 100), reach: Math.round(wide.reach)});
    const {weakest, strongest} = task ? TASKS[task] : {weakest: 0, strongest: 1};
    return text(`hint_${name}`, {strength: host.denoising_strength, weakest, strongest, task: task ? text(`task_${task}`) : "", prompt: host.prompt?.trim(),
        word: set.prompt, checkpoint: label});
}

/** What a press does, in few words. @param {Hint} hint */
function actOf({name, set: {denoising_strength, prompt, width, height, ...more}}) {
    if (denoising_strength !== undefined) return text("act_strength", {to: denoising_strength});
    if (prompt !== undefined) return text("act_write", {to: prompt});
    if (name === "largeMask") return text("act_size", {width, height});
    if (name !== "family") return text("act_prompt");
    const all = /** @type {const} */ (["cfg_scale", "steps", "sampler"]).flatMap(key => more[key] === undefined ? [] : [text(`act_${key}`, {to: more[key]})]);
    if (width) all.unshift(text("act_size_part", {width, height}));
    return text("act_family", {all: all.join(" · ")});
}
