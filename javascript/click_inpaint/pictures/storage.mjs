// What outlasts a reload of the page, in the browser's own database; in memory where the browser gives none.

const NAME = "click-inpaint";
const VERSION = 1;
const STORES = ["pictures", "sessions", "rounds"];
/** Larger pictures are not kept. */
const LARGEST_BYTES = 96e6;
const KEPT_PICTURES = 40;
const KEPT_BYTES = 400e6;

/**
 * @typedef {"pictures" | "sessions" | "rounds"} StoreName
 * @typedef {{id: string, [key: string]: any}} Entry
 */

export class Storage {
    /** @type {Promise<IDBDatabase | null>} */
    #database;
    /** @type {Record<StoreName, Map<string, Entry>>} */
    #memory = {pictures: new Map(), sessions: new Map(), rounds: new Map()};

    /** @param {IDBFactory | undefined} [factory] */
    constructor(factory = factoryOf()) {
        this.#database = factory ? opened(factory) : Promise.resolve(null);
    }

    /** @param {StoreName} store @param {string} id @returns {Promise<Entry | undefined>} */
    get(store, id) {
        return this.#do(store, "readonly", objects => objects.get(id), memory => memory.get(id));
    }

    /** @param {StoreName} store @returns {Promise<Entry[]>} oldest first, by their `time` */
    async all(store) {
        const entries = await this.#do(store, "readonly", objects => objects.getAll(), memory => [...memory.values()]);
        return entries.sort((a, b) => a.time - b.time);
    }

    /** @param {StoreName} store @param {Entry} entry */
    put(store, entry) {
        return this.#do(store, "readwrite", objects => objects.put(entry), memory => memory.set(entry.id, entry));
    }

    /** @param {StoreName} store @param {string} id */
    remove(store, id) {
        return this.#do(store, "readwrite", objects => objects.delete(id), memory => memory.delete(id));
    }

    /** Keep a picture; those that have not been used for longest go when there are too many. @param {string} id @param {Blob} blob @param {number} time */
    async keepPicture(id, blob, time) {
        if (blob.size > LARGEST_BYTES) return;
        await this.put("pictures", {id, blob, time});
        const used = await this.#used();
        const usedAt = entry => Math.max(entry.time, used.get(entry.id) ?? 0);
        const newest = (await this.all("pictures")).sort((a, b) => usedAt(b) - usedAt(a));
        let bytes = 0;
        for (const [at, entry] of newest.entries()) {
            bytes += entry.blob.size;
            if (at >= KEPT_PICTURES || bytes > KEPT_BYTES) await this.remove("pictures", entry.id);
        }
    }

    /** When a session last was at work with a picture, by the picture's id. @returns {Promise<Map<string, number>>} */
    async #used() {
        const sessions = await this.all("sessions"); // oldest first: the newest time stays
        return new Map(sessions.flatMap(({image, masks, time}) => [image, ...masks].map(id => [id, time])));
    }

    /** @param {string} id @returns {Promise<Blob | null>} */
    async picture(id) {
        return (await this.get("pictures", id))?.blob ?? null;
    }

    /**
     * @template T
     * @param {StoreName} store @param {IDBTransactionMode} mode
     * @param {(objects: IDBObjectStore) => IDBRequest<any>} ask @param {(memory: Map<string, Entry>) => T} otherwise
     * @returns {Promise<any>}
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

/** Even the look at it throws where storage is blocked. */
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
            for (const store of STORES) request.result.createObjectStore(store, {keyPath: "id"});
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
