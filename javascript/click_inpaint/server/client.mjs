// Talks to our routes. It knows nothing of the page: it takes an address and, in tests, a fetch of one's own.

import {decodePreview} from "../edit/mask.mjs";
import {splitReply} from "../edit/reply.mjs";
import {TEXT} from "../text/text.mjs";

/** @typedef {import("../edit/mask.mjs").Preview} Preview */
/** @typedef {import("../edit/reply.mjs").ServerMessage} ServerMessage */
/** @typedef {import("../edit/state.mjs").Edit} Edit */
/** @typedef {{image: string, width: number, height: number, notes: ServerMessage[]}} Uploaded */
/** @typedef {{edit: Edit, width: number, height: number}} PreviewRequest */
/** @typedef {{reupload?: (() => Promise<string>) | undefined, onBusy?: () => void}} PreviewHelp  reupload stores the picture again and gives its id */
/** @typedef {{checkpoint: string, note: ServerMessage | null}} AutomaticCheckpoint  checkpoint: "" for the current one */
/** @typedef {{segmenter: string, ready: boolean, progress: number, seconds_left: number | null, note: ServerMessage | null}} Embedding */
/**
 * @typedef {object} Hovered  roughly what a click there would select
 * @property {{frame: [number, number], box: [number, number, number, number], size: [number, number], ms: number, segmenter: string, score: number}} header
 *     frame and box in picture pixels; size is the mask's
 * @property {import("../edit/mask.mjs").Mask} mask
 *
 * @typedef {object} Status  what the server can select and paint with
 * @property {{name: string, label: string, built_in?: boolean, hover_ms?: number | null}[]} segmenters  hover_ms: median of what a hover takes
 * @property {{name: string, label: string, inpainting: boolean, family: string}[]} checkpoints
 * @property {{segmenter: string} & AutomaticCheckpoint} auto  what "auto" stands for
 * @property {AutomaticCheckpoint} auto_family  what "auto-family" stands for
 * @property {Edit["fill"][]} fills
 * @property {string[]} [upscalers]  the host's with a model
 *
 * @typedef {object} Download  how far it is
 * @property {"waiting" | "loading" | "checking" | "done" | "failed" | "cancelled"} stage
 * @property {boolean} running
 * @property {number} received  bytes @property {number} total  bytes @property {number} speed  bytes per second
 * @property {number | null} left  seconds
 * @property {ServerMessage | null} message  what went wrong
 *
 * @typedef {object} WeightFile
 * @property {"segmenter" | "checkpoint"} kind  what it is for
 * @property {string} name @property {string} label @property {string} filename @property {number} size  bytes
 * @property {string} url @property {string} folder  where its download goes @property {string} present  the folder that holds it, or ""
 * @property {boolean} recommended @property {Download | null} progress
 *
 * @typedef {{files: WeightFile[]}} Weights
 * @typedef {RequestInit & {headers?: Record<string, string>}} Options
 */

const TOKEN = "X-Click-Inpaint-Token";
const LOGIN = 401;
const UNKNOWN = 404;
const SUPERSEDED = 409;
const BUSY = 423;
/** This computer has as many requests under way as the server takes. */
const TOO_MANY = 429;
const NOTHING = 204;
const AGAIN = [BUSY, TOO_MANY, SUPERSEDED];
/** Answers to a hover that need not be sent again: the next move of the pointer asks anew. */
const NO_HOVER = [NOTHING, UNKNOWN, SUPERSEDED, BUSY, TOO_MANY];
const RETRY_S = {usual: 1, least: 0.2, most: 10};

/** The server answered, and said no. Its `message` is in English; what it `said` is fit to be translated and shown. */
export class Refused extends Error {
    /**
     * @param {string} message @param {number} status
     * @param {{hadToken?: boolean, said?: ServerMessage}} [more] hadToken: the request brought the page's own way in
     */
    constructor(message, status, {hadToken = false, said = plain(message)} = {}) {
        super(message);
        this.status = status;
        this.hadToken = hadToken;
        this.said = said;
    }

    /** Whether the person has to log in first. */
    get needsLogin() {
        return this.status === LOGIN;
    }

    /** Whether only a fresh page can get in: the server that gave this one its token is gone. */
    get needsReload() {
        return this.needsLogin && this.hadToken;
    }

    /** Whether the same request would be refused again: the server works, and has understood it. */
    get saysNo() {
        return this.status >= 400 && this.status < 500 && !this.needsLogin;
    }
}

/** No answer came. */
export class Unreachable extends Error {}

export class Client {
    #base;
    #fetch;
    #sleep;
    /** @type {Record<string, string>} */
    #headers;
    #running = new AbortController();
    #hovering = new AbortController();

    /**
     * @param {string | URL} base  address that the routes lie under, with a slash at its end
     * @param {{token?: string | undefined, page?: string, fetch?: typeof globalThis.fetch, sleep?: (seconds: number) => Promise<void>}} [with_]
     *     `token` lets our page in where only the host's API asks for a login; of one `page` the newest request counts
     */
    constructor(base, {token = "", page = randomName(), fetch = (...all) => globalThis.fetch(...all), sleep = slept} = {}) {
        this.#base = base;
        this.#fetch = fetch;
        this.#sleep = sleep;
        this.#headers = {"X-Click-Inpaint-Page": page, ...token ? {[TOKEN]: token} : {}};
    }

    /** Store a picture. @param {Blob} blob @returns {Promise<Uploaded>} */
    upload(blob) {
        return this.#asked("images", {method: "POST", body: blob, headers: {"Content-Type": "application/octet-stream"}});
    }

    /** A stored picture as a browser can show it, upright. @param {string} image @returns {Promise<Blob>} */
    async picture(image) {
        const response = await this.#send(`images/${encodeURIComponent(image)}`);
        return received(() => response.blob());
    }

    /** Whether the server has a picture still. @param {string} image @param {AbortSignal} signal @returns {Promise<boolean>} */
    async holds(image, signal) {
        const response = await this.#once(`images/${encodeURIComponent(image)}`, {method: "HEAD", signal});
        if (!response.ok && response.status !== UNKNOWN) throw await this.#refusal(response);
        return response.ok;
    }

    /** A result as it was stitched, without loss; null where the server does not have it (any more). @param {string} infotext  that the host gave it @param {string} image  the picture that it was made from @returns {Promise<Blob | null>} */
    async result(infotext, image) {
        try {
            const response = await this.#send("results", json({infotext, image}));
            return await received(() => response.blob());
        } catch (error) {
            if (error instanceof Refused && error.saysNo) return null;
            throw error;
        }
    }

    /** The picture with what the Edit selects filled, and its infotext in the file. @param {Edit} edit @returns {Promise<Blob>} */
    async erase(edit) {
        const response = await this.#send("erase", json({edit}));
        return received(() => response.blob());
    }

    /** What can select and what can paint. @returns {Promise<Status>} */
    status() {
        return this.#asked("status");
    }

    /** The segmenters' weight files. @returns {Promise<Weights>} */
    weights() {
        return this.#asked("weights");
    }

    /** Get a weight file, or go on getting it. @param {string} name @returns {Promise<Download>} */
    startDownload(name) {
        return this.#asked(`weights/${encodeURIComponent(name)}`, {method: "POST"});
    }

    /** Stop getting it. @param {string} name @returns {Promise<Download | null>} */
    cancelDownload(name) {
        return this.#asked(`weights/${encodeURIComponent(name)}`, {method: "DELETE"});
    }

    /** Get a picture ready to be selected in; ask again until it is. @param {string} image @param {string} segmenter @returns {Promise<Embedding>} */
    embed(image, segmenter) {
        return this.#asked("embed", json({image, segmenter}));
    }

    /**
     * What a click would select; null when the picture is not ready, or a newer question took this one's place.
     * @param {{image: string, x: number, y: number, segmenter: string}} question  in picture pixels
     * @returns {Promise<Hovered | null>}
     */
    async hover(question) {
        this.#hovering.abort();
        const {signal} = this.#hovering = new AbortController();
        try {
            const response = await this.#once("hover", {...json(question), signal});
            if (NO_HOVER.includes(response.status)) return null;
            if (!response.ok) throw await this.#refusal(response);
            const {header, values} = splitReply(await received(() => response.arrayBuffer()));
            const [width, height] = header.size;
            return signal.aborted ? null : {header, mask: {width, height, values}};
        } catch (error) {
            if (signal.aborted) return null;
            throw error;
        }
    }

    /**
     * What the Edit selects; null when a newer call took this one's place. A picture that the server no longer
     * holds is uploaded again, once.
     * @param {PreviewRequest} request @param {PreviewHelp} [help]
     * @returns {Promise<Preview | null>}
     */
    async preview(request, help = {}) {
        this.cancel();
        const {signal} = this.#running = new AbortController();
        try {
            const preview = await this.#previewed(request, help, signal);
            return signal.aborted ? null : preview;
        } catch (error) {
            if (signal.aborted) return null;
            throw error;
        }
    }

    /** Give up the preview that is under way. */
    cancel() {
        this.#running.abort();
    }

    /** @param {PreviewRequest} request @param {PreviewHelp} help @param {AbortSignal} signal @returns {Promise<Preview>} */
    async #previewed({edit, width, height}, {reupload, onBusy}, signal) {
        const ask = (/** @type {Edit} */ asked) => this.#send("preview", {...json({edit: asked, width, height}), signal}, onBusy);
        let response;
        try {
            response = await ask(edit);
        } catch (error) {
            if (!(error instanceof Refused && error.status === UNKNOWN && reupload) || signal.aborted) throw error;
            const image = await reupload();
            signal.throwIfAborted();
            response = await ask({...edit, image});
        }
        return decodePreview(await received(() => response.arrayBuffer()));
    }

    /** The JSON that a route answers. @param {string} path @param {Options} [options] @returns {Promise<any>} */
    async #asked(path, options) {
        const response = await this.#send(path, options);
        return received(() => response.json());
    }

    /**
     * One request; a busy server is asked again until it answers or the request is given up. So is one that took an
     * older request for the newer: two that leave this page close together may reach it the other way round.
     * @param {string} path @param {Options} [options] @param {() => void} [onBusy] @returns {Promise<Response>}
     */
    async #send(path, options = {}, onBusy = () => {}) {
        for (;;) {
            const response = await this.#once(path, options);
            if (response.ok) return response;
            if (!AGAIN.includes(response.status)) throw await this.#refusal(response);
            if (response.status !== SUPERSEDED) onBusy();
            await this.#sleep(retryAfter(response));
            options.signal?.throwIfAborted();
        }
    }

    /** @param {Response} response */
    async #refusal(response) {
        const said = await reason(response);
        return new Refused(said.text, response.status, {hadToken: TOKEN in this.#headers, said});
    }

    /** @param {string} path @param {Options} options @returns {Promise<Response>} */
    #once(path, options) {
        const address = new URL(path, this.#base).href;
        const headers = {...this.#headers, ...options.headers};
        return received(() => this.#fetch(address, {credentials: "same-origin", cache: "no-store", ...options, headers}));
    }
}

/**
 * What the network brings; where it brings nothing, Unreachable.
 * @template T
 * @param {() => Promise<T>} receive
 * @returns {Promise<T>}
 */
async function received(receive) {
    try {
        return await receive();
    } catch (error) {
        throw new Unreachable(error instanceof Error ? error.message : String(error), {cause: error});
    }
}

/** @param {object} value @returns {Options} */
function json(value) {
    return {method: "POST", body: JSON.stringify(value), headers: {"Content-Type": "application/json"}};
}

/** What our routes say, or else the host does, or else HTTP calls it. Where we have no routes, we are disabled. @param {Response} response @returns {Promise<ServerMessage>} */
async function reason(response) {
    const body = await received(() => response.text());
    try {
        const {message, error, detail} = JSON.parse(body);
        const isOurs = message || error;
        if (response.status === UNKNOWN && !isOurs) return plain(TEXT.gone);
        return message ?? plain(String(error ?? detail ?? response.statusText));
    } catch {
        return plain(`${response.status} ${response.statusText}`.trim());
    }
}

/** A sentence without values. @param {string} sentence @returns {ServerMessage} */
function plain(sentence) {
    return {text: sentence, template: sentence, values: {}};
}

/** Seconds to wait before the request is sent again. @param {Response} response */
function retryAfter(response) {
    if (response.status === SUPERSEDED) return RETRY_S.least; // nothing has to pass first
    const seconds = Number.parseFloat(response.headers.get("Retry-After") ?? "");
    return Math.min(Math.max(Number.isNaN(seconds) ? RETRY_S.usual : seconds, RETRY_S.least), RETRY_S.most);
}

/** @param {number} seconds @returns {Promise<void>} */
function slept(seconds) {
    return new Promise(resolve => setTimeout(resolve, seconds * 1000));
}

/** Long enough that no two pages share it; no secret. */
function randomName() {
    return [...crypto.getRandomValues(new Uint8Array(12))].map(byte => byte.toString(16).padStart(2, "0")).join("");
}
