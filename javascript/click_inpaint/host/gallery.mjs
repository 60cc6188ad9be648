// The host's galleries: the results of the last job, and our buttons beside theirs that send a picture to us.

import * as host from "./page.mjs";
import {element} from "../dom/element.mjs";
import {text} from "../text/text.mjs";

/**
 * @typedef {object} Result
 * @property {string} address @property {string} infotext
 * @property {Blob} [blob]  the picture, where it is at hand @property {import("../edit/state.mjs").Edit} [edit]  that made it, likewise
 */

const GALLERIES = /** @type {const} */ (["txt2img", "img2img"]);
/** The other tabs of img2img, and where their pictures are. */
const SOURCES = {img2img: "#img2img_image", sketch: "#img2img_sketch", inpaint: "#img2maskimg", inpaint_sketch: "#inpaint_sketch"};

/**
 * The results of the last img2img job, without grids and masks; `job` differs from job to job. Null before the first
 * job, and while the gallery does not show the results yet.
 * @returns {{job: string, results: Result[]} | null}
 */
export function lastJob() {
    /** @type {HTMLTextAreaElement | null} */
    const info = host.find("#generation_info_img2img textarea");
    const job = info?.value;
    if (!job) return null;
    const {infotexts = [], index_of_first_image: first = 0} = parsed(job);
    const images = addresses();
    // Masks and composites, where the person wants them shown, follow each picture.
    const each = (images.length - first) / (infotexts.length - first);
    if (!Number.isInteger(each) || each < 1) return null;
    return {job, results: infotexts.slice(first).map((infotext, at) => ({infotext, address: images[first + at * each]}))};
}

/** The infotext of the picture at this address; "" where it is no result of the last job. @param {string} address */
export function infotextAt(address) {
    return lastJob()?.results.find(result => result.address === address)?.infotext ?? "";
}

/**
 * What our script has said about the last img2img job, where something went wrong; `job` differs from job to job. Null
 * where all is well.
 * @returns {{job: string, said: import("../edit/reply.mjs").ServerMessage[]} | null}
 */
export function lastFailure() {
    const {job = "", said = ""} = host.find("#html_log_img2img .click-inpaint-said")?.dataset ?? {};
    return job ? {job, said: JSON.parse(said)} : null;
}

/** Of all pictures in the gallery. While it shows one of them large, it lists all of them twice: small ones, and the grid. */
function addresses() {
    const gallery = host.find("#img2img_gallery");
    /** @param {string} selector */
    const sources = selector => {
        /** @type {NodeListOf<HTMLImageElement> | undefined} */
        const images = gallery?.querySelectorAll(selector);
        return Array.from(images ?? [], image => image.src);
    };
    const small = sources(".thumbnail-small img");
    return small.length ? small : sources(".thumbnail-item img");
}

/**
 * Put a button beside the host's own that send pictures about, in the galleries and in the other tabs of img2img.
 * @param {(address: string | null) => void} send @param {AbortSignal} signal
 */
export function addSendButtons(send, signal) {
    for (const tab of GALLERIES) {
        const place = host.find(`#image_buttons_${tab} > .form`) ?? host.find(`#image_buttons_${tab}`);
        const button = sender("🖱️", place, () => send(host.resultAddress(tab)), signal);
        if (place) place.append(button);
        else host.find(`#${tab}_gallery_container`)?.after(button);
    }
    for (const [tab, picture] of Object.entries(SOURCES)) {
        const place = host.find(`#img2img_copy_to_${tab}`);
        place?.append(sender(text("tab"), place, () => send(host.addressOf(`${picture} img`)), signal));
    }
}

/** Like its neighbours. @param {string} label @param {Element | null} place @param {() => void} onclick @param {AbortSignal} signal */
function sender(label, place, onclick, signal) {
    const like = place?.querySelector("button:not([disabled])");
    const button = element("button", {type: "button", class: like?.className ?? "ci-send-here", title: text("sendHereTip"),
        "aria-label": text("sendHere"), onclick}, label);
    signal.addEventListener("abort", () => button.remove());
    return button;
}

/** @param {string} json @returns {{infotexts?: string[], index_of_first_image?: number}} */
function parsed(json) {
    try {
        return JSON.parse(json);
    } catch {
        return {}; // another extension's: nothing of ours is in it
    }
}

/** Let the browser save a file. @param {File} file */
export function download(file) {
    const href = URL.createObjectURL(file);
    element("a", {href, download: file.name}).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000); // the browser has begun reading by then
}
