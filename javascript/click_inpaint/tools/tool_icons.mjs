// The drawings on the tools, in the text's colour; the words stand beside them or in the tooltip.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
    point: "M6 4l12.500 7-5.500 1.500L10.500 18zM14 14l4.500 5",
    box: "M4 4h3M10.500 4h3M17 4h3v3M20 10.500v3M20 17v3h-3M13.500 20h-3M7 20H4v-3M4 13.500v-3M4 7V4",
    brush: "M19.500 4.500c-4 1.500-8 5-9.500 8l1.500 1.500c3-1.500 6.500-5.500 8-9.500zM9 13.500c-2.500 0-3 2-3.300 3.800-.2 1-.9 1.700-1.900 2.200 3.500.8 7.400 0 7-3.900z",
    eraser: "M9 19.500l-5-5a1.400 1.400 0 0 1 0-2L12.500 4a1.400 1.400 0 0 1 2 0l5.500 5.500a1.400 1.400 0 0 1 0 2L12 19.500zM8.500 8l7.500 7.500M9 19.500h11",
    lasso: "M12 4.500c5 0 8.500 2.300 8.500 5.500s-3.500 5.500-8.500 5.500c-1.200 0-2.400-.1-3.500-.4M12 4.500c-5 0-8.500 2.300-8.500 5.500 0 1.800 1 3.200 2.700 4.200M8.500 16a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM6.500 18c0 1.500-.5 2-1.500 2.500",
    newObject: "M4 8.500A4.500 4.500 0 0 1 8.500 4 4.500 4.500 0 0 1 13 8.500 4.500 4.500 0 0 1 8.500 13 4.500 4.500 0 0 1 4 8.500zM16.500 12v9M12 16.500h9",
    hover: "M12 9.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600zM2.500 12c2.300-4 5.500-6 9.500-6s7.200 2 9.500 6c-2.300 4-5.500 6-9.500 6s-7.200-2-9.500-6z",
    help: "M8.800 9a3.200 3.200 0 1 1 4.800 2.800c-1 .6-1.600 1.200-1.600 2.400v.3M12 18.500v.01",
    before: "M14.500 6l-6 6 6 6",
    after: "M9.500 6l6 6-6 6",
    plus: "M12 5v14M5 12h14",
    minus: "M5 12h14",
    fullscreen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
};

/** @param {keyof typeof PATHS} name */
export function drawing(name) {
    const svg = document.createElementNS(SVG, "svg");
    for (const [key, value] of Object.entries({viewBox: "0 0 24 24", class: "ci-icon", "aria-hidden": "true"})) svg.setAttribute(key, value);
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", PATHS[name]);
    svg.append(path);
    return svg;
}
