// Bytes and seconds as people say them.

import {text} from "./text.mjs";

const UNITS = [{unit: "kB", size: 1e3}, {unit: "MB", size: 1e6}, {unit: "GB", size: 1e9}];

/** "41 MB"; three digits at most. @param {number} count of bytes @returns {string} */
export function bytes(count) {
    const {unit, size} = UNITS.findLast(one => count >= one.size) ?? UNITS[0];
    const value = count / size;
    return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** "40 s", "3 min" or "2 h", rounded up. @param {number} seconds @returns {string} */
export function duration(seconds) {
    if (seconds <= 90) return text("seconds", {number: Math.max(1, Math.ceil(seconds))});
    const minutes = Math.ceil(seconds / 60);
    return minutes <= 90 ? text("minutes", {number: minutes}) : text("hours", {number: Math.ceil(minutes / 60)});
}
