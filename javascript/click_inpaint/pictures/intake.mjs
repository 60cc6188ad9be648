// The ways in for pictures: a file dialog, drop, paste.

import {element} from "../dom/element.mjs";
import {isTyping} from "../dom/focus.mjs";

/**
 * @typedef {object} Taken
 * @property {(blob: Blob) => void} file
 * @property {(address: string) => void} address  of a picture of this page
 * @property {() => void} nothing  what was dropped is no picture
 */

/** A hidden file input; click it to ask for a picture. @param {Taken} taken @returns {HTMLInputElement} */
export function fileInput(taken) {
    const input = element("input", {type: "file", accept: "image/*,.tif,.tiff", hidden: true, tabIndex: -1, onchange: () => {
        if (input.files.length) taken.file(input.files[0]);
        input.value = ""; // the same file can be opened again
    }});
    return input;
}

/** @param {HTMLElement} root @param {Taken} taken */
export function onDrop(root, taken) {
    const dragging = yes => root.classList.toggle("ci-dropping", yes);
    const carries = event => [...event.dataTransfer.types].some(type => type === "Files" || type === "text/uri-list");
    root.addEventListener("dragstart", event => event.preventDefault()); // a thumbnail dropped here would be a new picture
    root.addEventListener("dragover", event => {
        if (!carries(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        dragging(true);
    });
    root.addEventListener("dragleave", event => root.contains(event.relatedTarget) || dragging(false));
    root.addEventListener("drop", event => {
        if (!carries(event)) return;
        event.preventDefault();
        event.stopPropagation();
        dragging(false);
        const address = ofThisPage(event.dataTransfer.getData("text/uri-list"));
        const file = imageIn(event.dataTransfer.files);
        // A picture dragged out of the gallery comes as both; its address has the bytes as they are.
        if (address) taken.address(address);
        else if (file) taken.file(file);
        else taken.nothing();
    });
}

/** @param {() => boolean} isOurs whether a paste is for us @param {Taken} taken @param {AbortSignal} signal */
export function onPaste(isOurs, taken, signal) {
    document.addEventListener("paste", event => {
        const file = imageIn(event.clipboardData?.files ?? []);
        if (!file || isTyping() || !isOurs()) return;
        event.preventDefault();
        event.stopImmediatePropagation(); // the host would put it into one of its own fields
        taken.file(file);
    }, {capture: true, signal});
}

function imageIn(files) {
    const isImage = file => file.type.startsWith("image/") || (!file.type && /\.(tiff?|webp|heic|avif)$/i.test(file.name));
    return [...files].find(isImage) ?? null;
}

function ofThisPage(list) {
    const first = list.split(/\r?\n/).find(line => line && !line.startsWith("#"));
    return first?.startsWith(`${location.origin}/`) ? first : null;
}
