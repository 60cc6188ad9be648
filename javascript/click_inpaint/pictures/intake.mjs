// The ways in which a person gives us a picture: a file dialog, a drop, a paste.

import {element} from "../dom/element.mjs";
import {isTyping} from "../dom/focus.mjs";

/**
 * @typedef {object} Receiver
 * @property {(blob: Blob) => void} file
 * @property {(address: string) => void} address  of a picture of this page
 * @property {() => void} nothing  what was dropped is no picture
 */

/** Asks for a picture from this computer: a hidden file input. @template How */
export class FilePicker {
    /** @type {How | undefined} */
    #how;
    input = element("input", {type: "file", accept: "image/*,.tif,.tiff", hidden: true, tabIndex: -1});

    /** @param {(file: File, how: How) => void} take */
    constructor(take) {
        this.input.addEventListener("change", () => {
            if (this.input.files?.length) take(this.input.files[0], /** @type {How} */ (this.#how));
            this.input.value = ""; // the same file can be opened again
        });
    }

    /** @param {How} [how]  handed on with the file */
    ask(how) {
        this.#how = how;
        this.input.click();
    }
}

/** @param {HTMLElement} root @param {Receiver} receiver */
export function onDrop(root, receiver) {
    const dragging = (/** @type {boolean} */ yes) => root.classList.toggle("ci-dropping", yes);
    root.addEventListener("dragstart", event => event.preventDefault()); // a thumbnail dropped here would be a new picture
    root.addEventListener("dragover", event => {
        const carried = pictureIn(event);
        if (!carried) return;
        event.preventDefault();
        carried.dropEffect = "copy";
        dragging(true);
    });
    root.addEventListener("dragleave", ({relatedTarget: to}) => to instanceof Node && root.contains(to) || dragging(false));
    root.addEventListener("drop", event => {
        const carried = pictureIn(event);
        if (!carried) return;
        event.preventDefault();
        event.stopPropagation();
        dragging(false);
        const address = ofThisPage(carried.getData("text/uri-list"));
        const file = imageIn(carried.files);
        // A picture dragged out of the gallery comes as both; its address has the bytes as they are.
        if (address) receiver.address(address);
        else if (file) receiver.file(file);
        else receiver.nothing();
    });
}

/** What is dragged, where it may be a picture. @param {DragEvent} event */
function pictureIn({dataTransfer}) {
    return dataTransfer?.types.some(type => type === "Files" || type === "text/uri-list") ? dataTransfer : null;
}

/** @param {() => boolean} isOurs whether a paste is for us @param {Receiver} receiver @param {AbortSignal} signal */
export function onPaste(isOurs, receiver, signal) {
    document.addEventListener("paste", event => {
        const file = imageIn(event.clipboardData?.files ?? []);
        if (!file || isTyping() || !isOurs()) return;
        event.preventDefault();
        event.stopImmediatePropagation(); // the host would put it into one of its own fields
        receiver.file(file);
    }, {capture: true, signal});
}

/** @param {Iterable<File>} files */
function imageIn(files) {
    const isImage = (/** @type {File} */ file) => file.type.startsWith("image/") || (!file.type && /\.(tiff?|webp|heic|avif)$/i.test(file.name));
    return [...files].find(isImage) ?? null;
}

/** The first address of a list, where it is one of this page's server. @param {string} list of lines */
function ofThisPage(list) {
    const first = list.split(/\r?\n/).find(line => line && !line.startsWith("#"));
    return first?.startsWith(`${location.origin}/`) ? first : null;
}
