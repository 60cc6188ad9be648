// Keeps what outlasts a reload of the page in the browser's own database; in memory where the browser gives none.

const NAME = "click-inpaint";
/** One more for each store that has come since. */
const VERSION = 2;
const STORES = /** @type {const} */ (["pictures", "sessions", "rounds", "masks"]);
/** Larger pictures are not kept. */
const LARGEST_BYTES = 96e6;
const KEPT_PICTURES = 40;
const KEPT_BYTES = 400e6;

/** @typedef {import("../edit/state.mjs").State} State */
/**
 * The entries of each store. A page of an earlier version may have left them: their keys change only with VERSION.
 * @typedef {{id: string, blob: Blob, time: number}} KeptPicture
 * @typedef {{id: string, time: number, state: State, image: string, masks: string[]}} KeptSession
 *
 * @typedef {object} Round  a result, and how it was made
 * @property {string} id @property {string} session @property {number} time
 * @property {string} image  the server's id of the picture that it was made from
 * @property {Partial<State["edit"]>} edit
 * @property {string} prompt @property {string} seed @property {Blob} thumb
 * @property {string} [infotext]  the host's; rounds of an earlier version have none
 * @property {string} [note]  what the person has written about it
 * @property {string} [lineage]  which rounds it belongs to (store/lineage.mjs)
 *
 * @typedef {object} NamedMask  a selection that the person has given a name, which is its id
 * @property {string} id @property {number} time
 * @property {number} width @property {number} height  of the picture
 * @property {string} image  the server's id of that picture
 * @property {Pick<State["edit"], "selection" | "refine">} edit
 * @property {Blob} blob  its blend mask, PNG
 *
 * @typedef {{pictures: KeptPicture, sessions: KeptSession, rounds: Round, masks: NamedMask}} Stores
 */

export class Storage {
    /** @type {Promise<IDBDatabase | null>} */
    #database;
    /** @type {{[S in keyof Stores]: Map<string, Stores[S]>}} */
    #memory = {pictures: new Map(), sessions: new Map(), rounds: new Map(), masks: new Map()};

    /** @param {IDBFactory | undefined} [factory] */
    constructor(factory = factoryOf()) {
        this.#database = factory ? opened(factory) : Promise.resolve(null);
    }

    /** @template {keyof Stores} S @param {S} store @param {string} id @returns {Promise<Stores[S] | undefined>} */
    get(store, id) {
        return this.#do(store, "readonly", objects => objects.get(id), memory => memory.get(id));
    }

    /** @template {keyof Stores} S @param {S} store @returns {Promise<Stores[S][]>} oldest first, by their `time` */
    async all(store) {
        /** @type {Stores[S][]} */
        const entries = await this.#do(store, "readonly", objects => objects.getAll(), memory => [...memory.values()]);
        return entries.sort((a, b) => a.time - b.time);
    }

    /** @template {keyof Stores} S @param {S} store @param {Stores[S]} entry @returns {Promise<unknown>} */
    put(store, entry) {
        return this.#do(store, "readwrite", objects => objects.put(entry), memory => memory.set(entry.id, entry));
    }

    /** @param {keyof Stores} store @param {string} id @returns {Promise<unknown>} */
    remove(store, id) {
        return this.#do(store, "readwrite", objects => objects.delete(id), memory => memory.delete(id));
    }

    /** Keep a picture; those that have not been used for longest go when there are too many. @param {string} id @param {Blob} blob @param {number} time */
    async keepPicture(id, blob, time) {
        if (blob.size > LARGEST_BYTES) return;
        await this.put("pictures", {id, blob, time});
        const used = await this.#used();
        const usedAt = (/** @type {KeptPicture} */ entry) => Math.max(entry.time, used.get(entry.id) ?? 0);
        const newest = (await this.all("pictures")).sort((a, b) => usedAt(b) - usedAt(a));
        let bytes = 0;
        for (const [at, entry] of newest.entries()) {
            bytes += entry.blob.size;
            if (at >= KEPT_PICTURES || bytes > KEPT_BYTES) await this.remove("pictures", entry.id);
        }
    }

    /** When a session last used a picture, by the picture's id. @returns {Promise<Map<string, number>>} */
    async #used() {
        const sessions = await this.all("sessions"); // oldest first: the newest time stays
        return new Map(sessions.flatMap(({image, masks, time}) => [image, ...masks].map(id => /** @type {const} */ ([id, time]))));
    }

    /** The ids of all kept pictures. @returns {Promise<string[]>} */
    pictureIds() {
        return this.#do("pictures", "readonly", objects => objects.getAllKeys(), memory => [...memory.keys()]);
    }

    /** @param {string} id @returns {Promise<Blob | null>} */
    async picture(id) {
        return (await this.get("pictures", id))?.blob ?? null;
    }

    /**
     * @template {keyof Stores} S
     * @param {S} store @param {IDBTransactionMode} mode
     * @param {(objects: IDBObjectStore) => IDBRequest<any>} ask
     * @param {(memory: Map<string, Stores[S]>) => unknown} otherwise  the same of the memory
     * @returns {Promise<any>} IndexedDB's answer, which has no type
     */
    async #do(store, mode, ask, otherwise) {
        const database = await this.#database;
        if (database) {
            try {
                return await answered(ask(database.transaction(store, mode).objectStore(store)));
            } catch (error) {
                // A full disk, or a database that the person has deleted: the page goes on without it.
                console.warn("Click Inpaint keeps nothing beyond this page:", error);
                this.#database = Promise.resolve(null);
            }
        }
        return otherwise(this.#memory[store]);
    }
}

/** The database. Where storage is blocked, even reading `indexedDB` throws. */
function factoryOf() {
    try {
        return globalThis.indexedDB ?? undefined;
    } catch {
        return undefined;
    }
}

/** @param {IDBFactory} factory @returns {Promise<IDBDatabase | null>} */
function opened(factory) {
    return new Promise(resolve => {
        const request = factory.open(NAME, VERSION);
        request.onupgradeneeded = () => {
            const {objectStoreNames} = request.result; // those of an earlier version stay as they are
            for (const store of STORES) if (!objectStoreNames.contains(store)) request.result.createObjectStore(store, {keyPath: "id"});
        };
        request.onsuccess = () => {
            request.result.onversionchange = () => request.result.close();
            resolve(request.result);
        };
        request.onerror = request.onblocked = () => resolve(null); // a private window, for one
    });
}

/** @param {IDBRequest<any>} request @returns {Promise<any>} */
function answered(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}
