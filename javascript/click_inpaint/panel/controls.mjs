// The control panel: what it is made of, and how it shows a state. What its controls do is told from outside.

import {element, icon} from "../dom/element.mjs";
import {TEXT, text} from "../text/text.mjs";
import {button, choice, fold, menu, number, select} from "./widgets.mjs";

/** @typedef {import("../edit/state.mjs").State} State */
/** @typedef {import("../server/client.mjs").Status} Status */
/** @typedef {import("../store/store.mjs").Store} Store */
/**
 * @typedef {object} Actions
 * @property {() => void} undo @property {() => void} redo @property {() => void} invert @property {() => void} clear
 * @property {() => void} open @property {() => void} useResult @property {() => void} compare @property {() => void} send
 * @property {(mode: "add" | "subtract" | "replace") => void} loadMask @property {() => void} saveMask @property {() => void} copyMask
 * @property {(part: object, gesture: string) => void} refine @property {(part: object, gesture: string) => void} area
 * @property {() => void} settle  a slider was let go
 * @property {(name: string) => void} checkpoint @property {(name: string) => void} fill @property {(name: string) => void} match @property {(name: string) => void} segmenter
 */

/** What a slider reaches, in picture pixels and square ones. */
const REACH = {grow: [-64, 128], feather: [0, 128], padding: [0, 256], smooth: [0, 32], specks: [0, 2000], holes: [0, 2000]};
const CLEANING = ["smooth", "specks", "holes"];
/** What is offered until the server has told what it has. @type {Status} */
const NOTHING_TOLD = {segmenters: [], checkpoints: [], auto: {segmenter: "", checkpoint: "", note: ""}, fills: ["original", "telea"]};

export class Controls {
    #buttons;
    #mask;
    #numbers;
    #choices;
    #selects;
    #edge;
    /** @type {Status | null} */
    #offered = null;
    #note = element("p", {class: "ci-note", hidden: true});

    /** @param {Store} store @param {Actions} actions @param {AbortSignal} signal */
    constructor(store, actions, signal) {
        const iconOf = {useResult: "result", saveMask: "save", copyMask: "copy"};
        const named = names => Object.fromEntries(names.map(name => [name, button(name, iconOf[name] ?? name, actions[name])]));
        this.#buttons = named(["open", "useResult", "compare", "undo", "redo", "invert", "clear", "saveMask", "copyMask", "send"]);
        this.#mask = menu("mask", "mask", signal, ...this.#maskMenu(actions));
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
            area: choice("area", ["masked", "whole"], mode => actions.area({mode}, "")),
            ramp: choice("ramp", ["linear", "smoothed"], ramp => actions.refine({ramp: ramp === "linear" ? "linear" : "smooth"}, "")),
        };
        this.#selects = {
            checkpoint: select("checkpoint", actions.checkpoint),
            fill: select("fill", actions.fill),
            match: select("match", actions.match),
            segmenter: select("segmenter", actions.segmenter),
        };
        this.#edge = fold("edge", ...CLEANING.map(name => this.#numbers[name].field), this.#choices.ramp.field);
        store.follow(() => {
            this.#offer(store.server ?? NOTHING_TOLD);
            this.#show(store);
        });
    }

    /** The row of buttons above the canvas. */
    bar() {
        const {open, useResult, compare, undo, redo, invert, clear} = this.#buttons;
        const group = (name, ...members) => element("div", {class: "ci-group", role: "group", "aria-label": text(name)}, ...members);
        return element("div", {class: "ci-bar"}, group("files", open, useResult, compare, this.#mask.field),
            group("history", undo, redo, invert, clear));
    }

    /** The settings below the canvas. */
    panel() {
        const {grow, feather, padding} = this.#numbers;
        const {checkpoint, fill, match, segmenter} = this.#selects;
        const fields = [grow, feather, padding, this.#edge, this.#choices.area, checkpoint, segmenter, fill, match];
        return element("div", {class: "ci-panel ci-settings", role: "group", "aria-label": text("settings")},
            ...fields.map(({field}) => field), this.#note);
    }

    /** Offer what the server has. @param {Status} status */
    #offer(status) {
        if (status === this.#offered) return;
        this.#offered = status;
        const {segmenters, checkpoints, auto, fills} = status;
        const labelOf = (all, name) => all.find(one => one.name === name)?.label ?? name;
        const automatic = name => ["auto", name ? text("autoNamed", {name}) : text("auto")];
        const named = ({name, label}) => [name, label];
        this.#selects.segmenter.offer([automatic(labelOf(segmenters, auto.segmenter)), ...segmenters.map(named)]);
        this.#selects.match.offer(["auto", "on", "off"].map(name => [name, text(`match_${name}`)]));
        this.#selects.fill.offer(fills.map(name => [name, `fill_${name}` in TEXT ? text(`fill_${name}`) : name]));
        this.#selects.checkpoint.offer([automatic(labelOf(checkpoints, auto.checkpoint)), ["current", text("current")]], [
            [text("inpainting"), checkpoints.filter(one => one.inpainting).map(named)],
            [text("otherCheckpoints"), checkpoints.filter(one => !one.inpainting).map(named)],
        ]);
        this.#note.textContent = auto.note ?? "";
    }

    /** @param {Store} store */
    #show({state: {edit, past, future, segmenter}, picture, isSelected, roundsOfPicture}) {
        const usable = {undo: past.length > 0, redo: future.length > 0, clear: isSelected, invert: picture !== null,
            compare: roundsOfPicture.length > 0, saveMask: isSelected, copyMask: isSelected, send: isSelected};
        for (const [name, yes] of Object.entries(usable)) this.#buttons[name].disabled = !yes;
        this.#mask.opener.disabled = picture === null;
        for (const [name, value] of Object.entries(edit.refine)) this.#numbers[name]?.show(value);
        this.#numbers.padding.show(edit.area.padding, edit.area.mode === "masked");
        this.#choices.area.show(edit.area.mode);
        this.#choices.ramp.show(edit.refine.ramp === "linear" ? "linear" : "smoothed");
        this.#selects.checkpoint.show(edit.checkpoint);
        this.#selects.fill.show(edit.fill);
        this.#selects.match.show(edit.blend.match);
        this.#selects.segmenter.show(segmenter);
        this.#edge.say(edgeOf(edit.refine));
        this.#note.hidden = !this.#note.textContent || edit.checkpoint !== "auto";
    }

    /** @param {Actions} actions */
    #maskMenu({loadMask}) {
        const {saveMask, copyMask, send} = this.#buttons;
        const load = mode => element("button", {type: "button", class: "ci-button", title: text(`load_${mode}Tip`),
            "aria-label": text(`load_${mode}Tip`), onclick: () => loadMask(mode)}, text(`load_${mode}`));
        const loading = element("div", {class: "ci-load", role: "group", "aria-label": text("loadMask")}, icon("open"),
            element("span", {}, text("loadMask")), ...["add", "subtract", "replace"].map(load));
        return [loading, saveMask, copyMask, send];
    }
}

/** What is unusual about the edge, in few words. @param {State["edit"]["refine"]} refine */
function edgeOf(refine) {
    const said = CLEANING.filter(name => refine[name]).map(name => text(`${name}Set`, {number: refine[name]}));
    if (refine.ramp === "smooth") said.push(text("smoothed"));
    return said.join(" · ");
}
