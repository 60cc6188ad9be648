// Rounds as one zip file: pictures, masks, results, and a JSON document from which `python3 -m click_inpaint replay`
// paints them again.

import {masksOf} from "./source.mjs";
import {zipped} from "./zip.mjs";

/** @typedef {import("./storage.mjs").Round} Round */
/** @typedef {{name: string, blob: Blob}} File */
/** @typedef {(id: string) => Promise<Blob | null>} Find */

/** click_inpaint/client/rounds_file.py reads this. */
const FORMAT = "click-inpaint rounds";
const VERSION = 1;
const ENDINGS = new Map([["image/png", "png"], ["image/jpeg", "jpg"], ["image/webp", "webp"], ["image/avif", "avif"], ["image/gif", "gif"],
    ["image/bmp", "bmp"], ["image/tiff", "tiff"]]);

/**
 * The file, and how many rounds are in it: those of which a picture, a mask or the result is gone are left out.
 * @param {readonly Round[]} rounds @param {Find} pictureOf  by the server's ids @param {(round: Round) => Promise<Blob | null>} resultOf
 * @returns {Promise<{file: Blob, count: number}>}
 */
export async function roundsFile(rounds, pictureOf, resultOf) {
    /** @type {Map<string, File>} */
    const pictures = new Map();
    /** @type {File[]} */
    const results = [];
    const told = [];
    for (const [at, round] of rounds.entries()) {
        const result = await resultOf(round);
        if (!result || !await found(round, pictures, pictureOf)) continue;
        const name = named(`results/${at + 1}`, result);
        results.push({name, blob: result});
        const {edit, image, infotext = "", note = "", prompt, seed, time} = round;
        told.push({number: at + 1, time: new Date(time).toISOString(), prompt, seed, note, infotext, edit: {...edit, image}, result: name});
    }
    const files = Object.fromEntries([...pictures].map(([id, {name}]) => [id, name]));
    const document = new Blob([JSON.stringify({format: FORMAT, version: VERSION, pictures: files, rounds: told}, null, 1)]);
    return {file: await zipped([{name: "rounds.json", blob: document}, ...pictures.values(), ...results]), count: told.length};
}

/** Add what a round was made from; false where some of it is gone. @param {Round} round @param {Map<string, File>} pictures @param {Find} pictureOf */
async function found({image, edit}, pictures, pictureOf) {
    for (const id of [image, ...masksOf(edit)]) {
        if (pictures.has(id)) continue;
        const blob = await pictureOf(id);
        if (!blob) return false;
        pictures.set(id, {name: named(`pictures/${pictures.size + 1}`, blob), blob});
    }
    return true;
}

/** @param {string} stem @param {Blob} blob */
function named(stem, {type}) {
    return `${stem}.${ENDINGS.get(type) ?? "bin"}`;
}
