// Where the person is on the page: at what has the focus, or, where nothing has it, at what they used last. A button that
// is pressed may vanish or be of no more use, and some browsers never give it the focus.

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
        const used = ({target}) => { this.#last = root.contains(target) ? target : null; };
        for (const kind of ["focusin", "pointerdown"]) document.addEventListener(kind, used, {capture: true, signal});
    }

    /** Whether it is with us. */
    get isOurs() {
        const focused = this.#focused;
        if (focused) return this.#root.contains(focused);
        return this.#last !== null && this.#root.offsetParent !== null && !this.#last.closest("dialog");
    }

    /** What had it may be gone or of no more use: the canvas takes it. */
    rescue() {
        const used = this.#focused ?? this.#last;
        if (used && isOfNoUse(used) && this.isOurs) this.#canvas.focus({preventScroll: true});
    }

    get #focused() {
        const {activeElement, body} = document;
        return activeElement === body ? null : activeElement;
    }
}

/** @param {Element} element */
function isOfNoUse(element) {
    return !element.isConnected || element.matches(":disabled") || element.getClientRects().length === 0;
}
