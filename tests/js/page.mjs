// What stands in for the page around the store: no DOM, pictures that need no decoding, a server that answers at once.

import {Store} from "../../javascript/click_inpaint/store/store.mjs";

globalThis.document = {querySelector: () => null, activeElement: null};

/** How a picture is decoded: one of this name throws, or waits for its promise. @type {Map<string, Error | Promise<void>>} */
export const decoding = new Map();

/** What comes before the content: a WebP's header, so that the browser's own decoding is trusted. */
const HEAD = "RIFF\x0C\0\0\0WEBPVP8 \0\0\0\0";

/** The content of a picture of `pictureOf`. @param {Blob} blob */
export const contentOf = async blob => (await blob.text()).replace(HEAD, "");

globalThis.createImageBitmap = async blob => {
    const how = decoding.get(blob.text && await contentOf(blob));
    if (how instanceof Error) throw how;
    await how;
    return {width: 10, height: 10, close() {}};
};

/** A picture, which the server knows by its content. @param {string} content */
export const pictureOf = content => new Blob([HEAD, content], {type: "image/webp"});

export const STATUS = {segmenters: [{name: "sam", label: "SAM"}], checkpoints: [], auto: {segmenter: "sam", checkpoint: "", note: null},
    auto_family: {checkpoint: "", note: null}, fills: []};
export const previewOf = digest => ({header: {box: [0, 0, 1, 1], digest, advice: [], objects: []}, mask: {width: 1, height: 1, values: new Uint8Array(1)}});
export const POINT = [{x: 1, y: 1}, {include: true, newObject: false}];

/** Until what has been set going without a clock is done. */
export const rest = () => new Promise(resolve => setImmediate(resolve));

/** A promise, and what ends it. @returns {{promise: Promise<any>, resolve: (value?: any) => void, reject: (error: Error) => void}} */
export function held() {
    const made = {};
    made.promise = new Promise((resolve, reject) => Object.assign(made, {resolve, reject}));
    return made;
}

/**
 * A store over a server that answers like this where it does not answer well.
 * @param {Record<string, any>} [answers] @param {(id: string) => Promise<Blob | null>} [recall]
 */
export function storeOf(answers = {}, recall) {
    const said = {error: "", errors: [], waits: "", renders: 0};
    const asked = [];
    const messages = {
        error(sentence) {
            said.error = sentence;
            if (sentence) said.errors.push(sentence);
        },
        refuse: sentence => messages.error(sentence),
        wait: key => { said.waits = key; },
        done: () => { said.waits = ""; },
        told() {},
    };
    const well = {
        upload: async blob => ({image: `id of ${await contentOf(blob)}`, width: 10, height: 10, notes: []}),
        picture: async image => pictureOf(image.replace("id of ", "")),
        preview: async() => previewOf("plain"),
        status: async() => STATUS,
        result: async() => null,
    };
    const client = {cancel() {}};
    for (const name of ["upload", "preview", "status", "picture", "result"]) {
        client[name] = (...all) => {
            asked.push(name);
            return (answers[name] ?? well[name])(...all);
        };
    }
    const store = new Store(client, messages, recall);
    store.follow(() => { said.renders++; });
    return {store, client, said, asked, well};
}
