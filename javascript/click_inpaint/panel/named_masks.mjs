// Named masks in the mask's menu: what is selected gets a name, and is selected again by it.

import {element, icon} from "../dom/element.mjs";
import {text} from "../text/text.mjs";
import {fold} from "./widgets.mjs";

/** @typedef {import("../pictures/storage.mjs").NamedMask} NamedMask */
/** @typedef {import("../store/store.mjs").Store} Store */

export class NamedMaskList {
    #masks;
    #store;
    #name = element("input", {type: "text", class: "ci-name", maxLength: 60, "aria-label": text("maskName"), title: text("maskNameTip")});
    #keep = element("button", {type: "button", class: "ci-button", title: text("keepMaskTip"), onclick: () => this.#save()}, text("keepMask"));
    #list = element("ul", {class: "ci-named"});
    /** The size of the open picture. */
    #size = "";

    section;

    /** @param {import("../store/named_masks.mjs").NamedMasks} masks @param {Store} store */
    constructor(masks, store) {
        this.#masks = masks;
        this.#store = store;
        const {field, say} = fold("namedMasks", element("div", {class: "ci-keep"}, this.#name, this.#keep), this.#list);
        field.addEventListener("toggle", () => void masks.load());
        this.section = field;
        this.#name.addEventListener("keydown", event => {
            if (event.key === "Enter" && !this.#keep.disabled) this.#save();
        });
        masks.follow(all => {
            say(all.length ? String(all.length) : "");
            this.#show();
        });
        store.follow(({isSelected, picture, state: {edit}}) => {
            this.#keep.disabled = !isSelected || edit.frame !== undefined;
            const size = picture ? sizeOf(picture) : "";
            if (size === this.#size) return;
            this.#size = size;
            this.#show();
        });
    }

    #save() {
        const {value} = this.#name;
        this.#name.value = "";
        void this.#store.attempt(() => this.#masks.keep(value));
    }

    #show() {
        this.#name.placeholder = this.#masks.freeName;
        this.#list.replaceChildren(...this.#masks.all.map(mask => this.#item(mask)));
    }

    /** @param {NamedMask} mask */
    #item(mask) {
        const isFitting = sizeOf(mask) === this.#size;
        const said = isFitting ? text("putMask", {name: mask.id}) : text("maskOfSize", {size: sizeOf(mask)});
        const put = element("button", {type: "button", class: "ci-button", title: said, disabled: !isFitting,
            onclick: () => void this.#store.attempt(() => this.#masks.put(mask))}, mask.id);
        const remove = element("button", {type: "button", class: "ci-remove", title: text("forgetMask", {name: mask.id}),
            "aria-label": text("forgetMask", {name: mask.id}), onclick: event => this.#forget(event, mask)}, icon("clear"));
        return element("li", {}, put, remove);
    }

    /** The menu stays open. @param {Event} event @param {NamedMask} mask */
    async #forget(event, mask) {
        event.stopPropagation();
        await this.#masks.remove(mask);
        this.#name.focus();
    }
}

/** @param {{width: number, height: number}} size */
function sizeOf({width, height}) {
    return `${width}×${height}`;
}
