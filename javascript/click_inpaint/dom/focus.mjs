// Where the person works on the page: in the element that has the focus or, where none has it, in the one that they used
// last. A button that is pressed may vanish or be disabled, and some browsers never give it the focus.

const TYPED = "textarea, input:not([type=range], [type=radio], [type=checkbox], [type=button], [type=file]), [contenteditable=true]";

/** Whether the focus is where text is typed. */
export function isTyping() {
    return document.activeElement?.matches(TYPED) ?? false;
}

export class Focus {
    #root;
    #canvas;
    /** What was used last, if it is ours. @type {Element | null} */
    #last = null;

    /** @param {HTMLElement} root @param {HTMLElement} canvas @param {AbortSignal} signal */
    constructor(root, canvas, signal) {
        this.#root = root;
        this.#canvas = canvas;
        const used = (/** @type {Event} */ event) => {
            const target = /** @type {Element} */ (event.target);
            this.#last = root.contains(target) ? target : null;
        };
        for (const kind of ["focusin", "pointerdown"]) document.addEventListener(kind, used, {capture: true, signal});
    }

    /** Whether the person works in our part of the page. */
    get isOurs() {
        const focused = this.#focused;
        if (focused) return this.#root.contains(focused);
        return this.#last !== null && this.#root.offsetParent !== null && !this.#last.closest("dialog");
    }

    /** Give the focus to the canvas where the element that had it is gone, hidden or disabled. */
    rescue() {
        const used = this.#focused ?? this.#last;
        if (used && isUnusable(used) && this.isOurs) this.#canvas.focus({preventScroll: true});
    }

    get #focused() {
        const {activeElement, body} = document;
        return activeElement === body ? null : activeElement;
    }
}

/** @param {Element} element */
function isUnusable(element) {
    return !element.isConnected || element.matches(":disabled") || element.getClientRects().length === 0;
}
