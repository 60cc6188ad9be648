// The entry. The host stamps only this file's address with its time, so everything else is imported through our own
// route, which is served no-cache with an ETag; relative imports inherit that.

if (typeof onUiLoaded === "function") {
    onUiLoaded(async() => {
        if (!gradioApp?.().querySelector("#click_inpaint_root")) return; // no img2img, or a host without our tab
        const page = new URL("click-inpaint/page/main.mjs", document.baseURI);
        (await import(page.href)).start();
    });
}
