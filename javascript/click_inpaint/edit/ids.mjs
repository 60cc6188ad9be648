// The server's ids of pictures. Who knows a whole id can get the picture from the server, so infotexts, which go with every
// file that people share, carry only the first half of each (click_inpaint/ids.py).

/** @typedef {import("./state.mjs").Edit} Edit */

const HALF = /^[0-9a-f]{32}$/;
const HALF_LENGTH = 32;

/** Whether this is half an id, which the server gives nothing for. @param {string} id */
export function isHalf(id) {
    return HALF.test(id);
}

/** The whole id that is named by half of it; what none of the known ones begins with stays as it is. @param {string} id @param {readonly string[]} known */
function whole(id, known) {
    return isHalf(id) ? known.find(one => one.length > HALF_LENGTH && one.startsWith(id)) ?? id : id;
}

/**
 * The Edit of an infotext, with the whole ids of its picture and of its masks, as far as they are known.
 * @template {Partial<Edit>} E
 * @param {E} edit @param {readonly string[]} known  whole ids @returns {E}
 */
export function withWholeIds(edit, known) {
    const {image = "", selection = []} = edit;
    const steps = selection.map(step => step.kind === "mask" ? {...step, image: whole(step.image, known)} : step);
    return {...edit, image: whole(image, known), selection: steps};
}
