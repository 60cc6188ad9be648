// The host prints the infotext under each result. What it holds of ours is a token, which nobody reads: it is folded to its
// beginning, and copied whole all the same.

import * as host from "./page.mjs";
import {element} from "../dom/element.mjs";
import {text} from "../text/text.mjs";

/** Where the host prints infotexts. */
const PLACES = ["#html_info_img2img", "#tab_pnginfo"];
/** What stands before the Edit, and the Edit: a token, or the JSON of older files. */
const EDIT = /(?<=Click Inpaint edit: )(?:[\w-]+|"(?:\\.|[^\\"])+")/;

/** Fold tokens as they come. @param {AbortSignal} signal */
export function foldTokens(signal) {
    const fold = () => PLACES.map(place => host.find(place)).forEach(place => place && foldIn(place));
    host.onUpdate(fold, signal);
}

/** @param {Element} place */
function foldIn(place) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = /** @type {Text} */ (walker.currentNode);
        const found = EDIT.exec(node.data);
        if (!found || !node.parentElement?.closest("p")) continue; // Gradio keeps hold of what is not in a paragraph
        const token = node.splitText(found.index);
        token.splitText(found[0].length);
        token.replaceWith(element("span", {class: "ci-token", title: text("tokenTip")}, found[0]));
    }
}
