// The screen under the page: how many of its pixels there are to one of CSS.

/**
 * Be called when the window or the density of its pixels changed: the page was zoomed, or went to another screen, which
 * need not resize it.
 * @param {() => void} changed @param {AbortSignal} signal
 */
export function onScreen(changed, signal) {
    const watch = () => matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
        watch(); // each query asks for one density
        changed();
    }, {once: true, signal});
    watch();
    window.addEventListener("resize", changed, {signal});
}
