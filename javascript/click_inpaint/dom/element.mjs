// Makes elements, so that nobody writes markup in strings.

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {HTMLElementTagNameMap} Tags */
/**
 * Properties of an element, attributes and listeners that are not also properties; numbers become strings.
 * @template E
 * @typedef {{[key in keyof E]?: E[key] extends string ? string | number : E[key]}
 *     & {class?: string, for?: string, onfocusin?: (event: FocusEvent) => void, [attribute: `${string}-${string}`]: string | undefined}} With
 */

/**
 * An element. Keys starting with "on" are listeners, "class" and names with "-" are attributes, others properties.
 * @template {keyof Tags} T
 * @param {T} tag @param {With<Tags[T]>} [with_] @param {...(Node | string)} children @returns {Tags[T]}
 */
export function element(tag, with_ = {}, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(/** @type {Record<string, any>} */ (with_))) {
        if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
        else if (key === "class" || key === "role" || key === "for" || key.includes("-")) made.setAttribute(key, value);
        else Object.assign(made, {[key]: value});
    }
    made.append(...children);
    return made;
}

/** What draws on a canvas. Throws where the browser has no memory for it. @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("This browser has no memory left to draw with: close other tabs, then reload this page.");
    return context;
}

const ICONS = {
    open: "M4 16.5v2A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5v-2M12 15.5V4.5M7.5 9 12 4.5 16.5 9",
    undo: "M8.5 5 4 9.5 8.5 14M4.5 9.5H14a5.2 5.2 0 0 1 0 10.4h-3.5",
    redo: "M15.5 5 20 9.5 15.5 14M19.5 9.5H10a5.2 5.2 0 0 0 0 10.4h3.5",
    invert: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 4v16M12 8h3.6M12 12h7.6M12 16h3.6",
    clear: "M6.5 6.5l11 11M17.5 6.5l-11 11",
    result: "M4.5 5.5h15v13h-15zM4.5 15.5l4.5-4.500 3.500 3.500 2.500-2.500 4.500 4.500",
    compare: "M12 3.500v17M4.500 6.500h4.500v11h-4.500zM15 6.500h4.500v11h-4.500",
    mask: "M4.500 4.500h15v15h-15zM12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
    save: "M4 16.500v2a1.500 1.500 0 0 0 1.500 1.500h13a1.500 1.500 0 0 0 1.500-1.500v-2M12 4.500v11M7.500 11l4.500 4.500 4.500-4.500",
    copy: "M8.500 8.500h11v11h-11zM15.500 8.500v-4h-11v11h4",
    down: "M7 10l5 5 5-5",
    brush: "M19.500 4.500l-8.500 8.500M9 13.500a3 3 0 0 0-3 3c0 2-2 2.500-2 2.500 2 1.500 7.500 1 7.500-2.500a3 3 0 0 0-2.500-3z",
    eraser: "M9 19.500h10.500M5 14.500l8.500-9.500 6 5.500-8 9h-3zM9.500 10l6 5.500",
    lasso: "M12 4.500c4.500 0 8 2.300 8 5.200s-3.500 5.300-8 5.300-8-2.400-8-5.300 3.500-5.200 8-5.200zM7.500 14.500c-1.500 1.500 0 3 1 3.500s1 2-1 2",
    context: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M9 10h6v5H9z",
    wand: "M4.500 19.500l10-10M17 3.500v4M15 5.500h4M20 10v3M18.500 11.500h3M10.500 4v3M9 5.500h3",
    send: "M4.500 12h14M13 6.500l5.500 5.500-5.500 5.500",
    picture: "M4 5.500h16v13H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.800 9.300h.01",
};

/** @typedef {keyof typeof ICONS} Icon */

/** A drawing in the text's colour; the words stand beside it. @param {Icon} name */
export function icon(name) {
    return drawn(ICONS[name]);
}

/** The lines of an SVG path, in the text's colour. @param {string} d the path's commands, within 24 × 24 */
export function drawn(d) {
    const svg = document.createElementNS(SVG, "svg");
    for (const [key, value] of Object.entries({viewBox: "0 0 24 24", class: "ci-icon", "aria-hidden": "true"})) svg.setAttribute(key, value);
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
    return svg;
}
