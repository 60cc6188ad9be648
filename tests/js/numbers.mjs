/** Numbers that are the same in every run (mulberry32). @param {number} seed */
export function numbers(seed) {
    return (low, high) => {
        seed = seed + 0x6D2B79F5 | 0;
        let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
        t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
        return low + ((t ^ t >>> 14) >>> 0) / 4294967296 * (high - low);
    };
}
