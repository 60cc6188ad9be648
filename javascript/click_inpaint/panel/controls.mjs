// The control panel: it shows the store's state. What its controls do is given to it from outside.

import {element, icon} from "../dom/element.mjs";
import {FIRST_TINT, startOf} from "../edit/colours.mjs";
import {initialState} from "../edit/state.mjs";
import {onUpdate, resultAddress} from "../host/page.mjs";
import {Switch} from "../store/remembered.mjs";
import {TEXT, text} from "../text/text.mjs";
import {button, choice, colour, fold, menu, number, remember, select, share} from "./widgets.mjs";
import {translateMessage} from "../text/translate.mjs";

/** @typedef {import("../edit/state.mjs").Edit} Edit */
/** @typedef {import("../edit/state.mjs").UploadedMask["mode"]} MaskMode */
/** @typedef {{mode: MaskMode, soft: boolean}} Loading  of a mask; soft: as it is, greys and all */
/** @typedef {import("../server/client.mjs").Status} Status */
/** @typedef {import("../store/store.mjs").Store} Store */
/**
 * @typedef {object} Actions
 * @property {() => boolean} leadsBack  whether undo leads to the picture before
 * @property {() => void} undo @property {() => void} redo @property {() => void} invert @property {() => void} clear
 * @property {() => void} open @property {() => void} useResult @property {() => void} compare @property {() => void} send
 * @property {(how: Loading) => void} loadMask @property {() => void} saveMask @property {() => void} copyMask
 * @property {(part: Partial<Edit["refine"]>, gesture: string) => void} refine
 * @property {(part: Partial<Edit["area"]>, gesture: string) => void} area
 * @property {() => void} settle  a slider was let go
 * @property {(name: string) => void} checkpoint @property {(name: string) => void} segmenter
 * @property {(fill: Edit["fill"]) => void} fill @property {(colour: string, gesture: string) => void} fillColour
 * @property {(colour: string, gesture: string) => void} tint @property {(amount: number, gesture: string) => void} tintAmount
 * @property {(match: Edit["blend"]["match"]) => void} match @property {(name: string) => void} upscaler
 */

/** From where to where a slider goes, in picture pixels and square ones. */
const REACH = /** @type {const} */ ({
    grow: [-64, 128], feather: [0, 128], padding: [0, 256], smooth: [0, 32], specks: [0, 2000], holes: [0, 2000],
});
const LENGTHS = /** @type {const} */ (["grow", "feather", "padding"]);
const CLEANING = /** @type {const} */ (["smooth", "specks", "holes"]);
const MASK_MODES = /** @type {const} */ (["add", "subtract", "intersect", "replace"]);
const MATCHES = /** @type {const} */ (["auto", "on", "off"]);
const NO_CHECKPOINT = {checkpoint: "", note: null};
/** What is offered before the server has answered. @type {Status} */
const UNKNOWN = {segmenters: [], checkpoints: [], auto: {segmenter: "", ...NO_CHECKPOINT}, auto_family: NO_CHECKPOINT, fills: ["original"]};

export class Controls {
    #buttons;
    #leadsBack;
    #mask;
    #numbers;
    #choices;
    #selects;
    #fillColour;
    #tint;
    #tintAmount;
    #lastTint = FIRST_TINT;
    #edge;
    #more;
    /** @type {Status | null} */
    #offered = null;
    #note = element("p", {class: "ci-note", hidden: true});

    /**
     * @param {Store} store @param {Actions} actions
     * @param {{kept: Element[], folded: Element[]}} others  what the mask's menu has of kept selections; what else is folded away
     * @param {AbortSignal} signal
     */
    constructor(store, actions, {kept, folded}, signal) {
        this.#leadsBack = actions.leadsBack;
        this.#buttons = {
            open: button("open", "open", actions.open),
            useResult: button("useResult", "result", actions.useResult),
            compare: button("compare", "compare", actions.compare),
            undo: button("undo", "undo", actions.undo),
            redo: button("redo", "redo", actions.redo),
            invert: button("invert", "invert", actions.invert),
            clear: button("clear", "clear", actions.clear),
            saveMask: button("saveMask", "save", actions.saveMask),
            copyMask: button("copyMask", "copy", actions.copyMask),
            send: button("send", "send", actions.send),
        };
        this.#mask = menu("mask", "mask", signal, ...this.#maskMenu(actions), ...kept);
        /** @param {Exclude<keyof typeof REACH, "padding">} name @param {"px" | "px2"} [unit] */
        const refine = (name, unit) => number(name, REACH[name], value => actions.refine({[name]: value}, name), actions.settle, unit);
        this.#numbers = {
            grow: refine("grow"),
            feather: refine("feather"),
            padding: number("padding", REACH.padding, value => actions.area({padding: value}, "padding"), actions.settle),
            smooth: refine("smooth"),
            specks: refine("specks", "px2"),
            holes: refine("holes", "px2"),
        };
        this.#choices = {
            area: choice("area", /** @type {const} */ (["masked", "each", "whole", "twice"]), mode => actions.area({mode}, "")),
            ramp: choice("ramp", /** @type {const} */ (["linear", "smoothed"]), ramp => actions.refine({ramp: ramp === "linear" ? "linear" : "smooth"}, "")),
        };
        this.#selects = {
            checkpoint: select("checkpoint", actions.checkpoint),
            fill: select("fill", (/** @type {import("../edit/colours.mjs").Start} */ name) => name === "tint" ? actions.tint(this.#lastTint, "") : actions.fill(name)),
            match: select("match", actions.match),
            upscaler: select("upscaler", actions.upscaler),
            segmenter: select("segmenter", actions.segmenter),
        };
        this.#fillColour = colour("fillColour", value => actions.fillColour(value, "fillColour"), actions.settle);
        this.#tint = colour("tint", value => actions.tint(value, "tint"), actions.settle);
        this.#tintAmount = share("tintAmount", value => actions.tintAmount(value, "tintAmount"), actions.settle);
        this.#selects.fill.field.append(this.#fillColour.field, this.#tint.field, ...this.#tintAmount.fields);
        this.#edge = fold("edge", ...LENGTHS.map(name => this.#numbers[name].field), ...CLEANING.map(name => this.#numbers[name].field),
            this.#choices.ramp.field);
        const {checkpoint, segmenter, fill, match, upscaler} = this.#selects;
        this.#more = fold("more", ...[this.#edge, this.#choices.area, checkpoint, segmenter, fill, match, upscaler].map(({field}) => field), ...folded);
        remember(this.#more.field, new Switch("more", "sessionStorage"));
        onUpdate(() => this.#showResult(store), signal); // a result may be another tab's
        store.follow(() => {
            this.#offer(store.server ?? UNKNOWN);
            this.#show(store);
        });
    }

    /** What is done with pictures and masks as a whole. */
    bar() {
        const {open, useResult, compare} = this.#buttons;
        return element("div", {class: "ci-bar ci-group", role: "group", "aria-label": text("files")}, open, this.#mask.field, compare, useResult);
    }

    /** What takes steps of the selection back; it shows as soon as there is one. */
    history() {
        const {undo, redo, clear} = this.#buttons;
        return element("div", {class: "ci-group ci-history", role: "group", "aria-label": text("history")}, undo, redo, clear);
    }

    /** The settings below the canvas. @param {Element} prompts  those of the objects, where each is painted by itself */
    panel(prompts) {
        return element("div", {class: "ci-panel ci-settings", role: "group", "aria-label": text("settings")}, prompts, this.#more.field, this.#note);
    }

    /** Offer what the server has. @param {Status} status */
    #offer(status) {
        if (status === this.#offered) return;
        this.#offered = status;
        const {checkpoints, auto, fills, upscalers = []} = status;
        const segmenters = status.segmenters.map(one => one.built_in ? {...one, label: text("builtIn", {label: one.label})} : one);
        this.#selects.segmenter.offer([automatic(segmenters, auto.segmenter), ...segmenters.map(choiceOf)]);
        this.#selects.upscaler.offer([["", text("noUpscaler")], ...upscalers.map(name => /** @type {const} */ ([name, name]))]);
        this.#selects.match.offer(MATCHES.map(name => [name, text(`match_${name}`)]));
        const starts = [...fills.slice(0, 1), /** @type {const} */ ("tint"), ...fills.slice(1)];
        this.#selects.fill.offer(starts.map(name => [name, `fill_${name}` in TEXT ? text(`fill_${name}`) : name]));
        this.#selects.checkpoint.offer([automatic(checkpoints, auto.checkpoint), ["auto-family", text("autoFamily")], ["current", text("current")]], [
            [text("inpainting"), checkpoints.filter(one => one.inpainting).map(choiceOf)],
            [text("otherCheckpoints"), checkpoints.filter(one => !one.inpainting).map(choiceOf)],
        ]);
    }

    /** @param {Store} store */
    #show(store) {
        const {state: {edit, past, future, segmenter}, picture, isSelected, roundsOfPicture, server} = store;
        const {undo, redo, invert, compare, clear, saveMask, copyMask, send} = this.#buttons;
        undo.disabled = !past.length && !this.#leadsBack();
        redo.disabled = !future.length;
        compare.hidden = !roundsOfPicture.length;
        this.#showResult(store);
        invert.disabled = this.#mask.opener.disabled = picture === null;
        clear.disabled = !isSelected;
        for (const one of [saveMask, copyMask, send]) one.disabled = !isSelected || edit.frame !== undefined; // a mask of the picture's size has no place for more
        for (const name of /** @type {const} */ (["grow", "feather", ...CLEANING])) this.#numbers[name].show(edit.refine[name]);
        this.#numbers.padding.show(edit.area.padding, edit.area.mode !== "whole");
        this.#choices.area.show(edit.area.mode, "twice");
        this.#choices.ramp.show(edit.refine.ramp === "linear" ? "linear" : "smoothed");
        this.#selects.checkpoint.show(edit.checkpoint);
        this.#selects.fill.show(startOf(edit));
        this.#fillColour.show(edit.fill_colour, edit.fill === "colour" && !edit.tint);
        this.#lastTint = edit.tint || this.#lastTint;
        this.#tint.show(this.#lastTint, edit.tint !== "");
        this.#tintAmount.show(edit.tint_amount, edit.tint !== "");
        this.#selects.match.show(edit.blend.match);
        this.#selects.upscaler.show(edit.upscaler);
        this.#selects.upscaler.field.hidden = !server?.upscalers?.length && !edit.upscaler;
        this.#selects.segmenter.show(segmenter);
        this.#edge.say(edgeOf(edit));
        this.#more.say(this.#unusual(edit, segmenter));
        this.#showNote(edit.checkpoint, server ?? UNKNOWN);
    }

    /** Where there is a result to go on with, be it one of another tab's. @param {Store} store */
    #showResult({rounds}) {
        this.#buttons.useResult.hidden = !rounds.length && !resultAddress();
    }

    /** How the settings differ from those of a first job, so that none of them counts unseen. @param {Edit} edit @param {string} segmenter */
    #unusual(edit, segmenter) {
        const {edit: {refine, area, blend, fill, checkpoint}} = initialState();
        const {checkpoint: checkpoints, segmenter: segmenters, fill: starts, match: matches} = this.#selects;
        const lengths = {...edit.refine, padding: edit.area.padding}, first = {...refine, padding: area.padding};
        const said = LENGTHS.filter(name => lengths[name] !== first[name]).map(name => text(`${name}Set`, {number: lengths[name]}));
        said.push(...cleaningOf(edit));
        const set = (/** @type {"area" | "checkpoint" | "segmenter" | "fill" | "match" | "upscaler"} */ name, /** @type {string} */ to) =>
            said.push(text("settingIs", {name: text(name), to}));
        if (edit.area.mode !== area.mode) set("area", text(edit.area.mode));
        if (edit.checkpoint !== checkpoint) set("checkpoint", checkpoints.said());
        if (segmenter !== initialState().segmenter) set("segmenter", segmenters.said());
        if (startOf(edit) !== fill) set("fill", starts.said());
        if (edit.blend.match !== blend.match) set("match", matches.said());
        if (edit.upscaler) set("upscaler", edit.upscaler);
        return said.join(" · ");
    }

    /** What a job with an automatic choice of checkpoint would be told. @param {string} chosen @param {Status} status */
    #showNote(chosen, {auto, auto_family}) {
        const note = {"auto": auto.note, "auto-family": auto_family.note}[chosen];
        this.#note.textContent = note ? translateMessage(note) : "";
        this.#note.hidden = !note;
    }

    /** @param {Actions} actions */
    #maskMenu({loadMask}) {
        const {invert, saveMask, copyMask, send} = this.#buttons;
        const soft = element("input", {type: "checkbox"});
        const load = (/** @type {MaskMode} */ mode) => element("button", {type: "button", class: "ci-button", title: text(`load_${mode}Tip`),
            "aria-label": text(`load_${mode}Tip`), onclick: () => loadMask({mode, soft: soft.checked})}, text(`load_${mode}`));
        const plain = element("button", {type: "button", class: "ci-load-plain", title: text("load_addTip"),
            onclick: () => loadMask({mode: "add", soft: soft.checked})}, icon("open"), text("loadMask")); // the name of the group does the usual thing
        const loading = element("div", {class: "ci-load", role: "group", "aria-label": text("loadMask")}, plain, ...MASK_MODES.map(load),
            element("label", {title: text("load_softTip")}, soft, element("span", {}, text("load_soft"))));
        return [loading, invert, saveMask, copyMask, send];
    }
}

/** @typedef {{name: string, label: string}} Named */

/** @param {Named} one @returns {[value: string, label: string]} */
function choiceOf({name, label}) {
    return [name, label];
}

/** The choice "auto", with what it stands for. @param {readonly Named[]} all @param {string} name @returns {[value: string, label: string]} */
function automatic(all, name) {
    const label = all.find(one => one.name === name)?.label ?? name;
    return ["auto", label ? text("autoNamed", {name: label}) : text("auto")];
}

/** The lengths of the edge and how else it differs from the usual one, in few words. @param {Edit} edit */
function edgeOf(edit) {
    const lengths = {...edit.refine, padding: edit.area.padding};
    return [...LENGTHS.map(name => text(`${name}Set`, {number: lengths[name]})), ...cleaningOf(edit)].join(" · ");
}

/** How the edge is cleaned up and fades, where that is not as usual. @param {Edit} edit */
function cleaningOf({refine}) {
    const said = CLEANING.filter(name => refine[name]).map(name => text(`${name}Set`, {number: refine[name]}));
    return refine.ramp === "smooth" ? [...said, text("smoothed")] : said;
}
