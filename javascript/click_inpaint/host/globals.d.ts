// What the Web UI's own scripts (script.js, localization.js, ui.js) define for every page. Only tsc reads this file.
// Each may be missing: other hosts lack some, and none is there under node.

declare const gradioApp: (() => Document | ShadowRoot) | undefined;
declare const onUiLoaded: ((callback: () => void) => void) | undefined;
declare const onAfterUiUpdate: ((callback: () => void) => void) | undefined;
/** Tells Gradio that the value of an input was changed by a script. */
declare const updateInput: ((target: HTMLInputElement | HTMLTextAreaElement) => void) | undefined;
/** The sentence in the chosen language, undefined where the localisation file has none. */
declare const getTranslation: ((sentence: string) => string | undefined) | undefined;

interface Window {
    /** What tests see of our page. */
    clickInpaint?: object;
}
