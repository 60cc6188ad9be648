// A switch of the person's that this browser remembers: in every tab of it, or in the one tab until that is closed.

export class Switch {
    #key;
    #storage;
    /** @type {Set<(isOn: boolean) => void>} */
    #followers = new Set();
    #isOn;

    /** @param {string} name  of this switch, for good @param {"localStorage" | "sessionStorage"} [storage]  the latter: of this tab alone */
    constructor(name, storage = "localStorage") {
        this.#key = `click-inpaint-${name}`;
        this.#storage = storage;
        this.#isOn = kept(storage, kept => kept.getItem(this.#key)) === "on";
    }

    get isOn() {
        return this.#isOn;
    }

    /** @param {boolean} isOn */
    turn(isOn) {
        this.#isOn = isOn;
        kept(this.#storage, kept => kept.setItem(this.#key, isOn ? "on" : "off"));
        for (const follower of this.#followers) follower(isOn);
    }

    /** Be called now and after each turn. @param {(isOn: boolean) => void} follower */
    follow(follower) {
        this.#followers.add(follower);
        follower(this.#isOn);
    }
}

/** @template T @param {"localStorage" | "sessionStorage"} storage @param {(storage: globalThis.Storage) => T} use @returns {T | null} null where storage is blocked: the switch lasts as long as the page */
function kept(storage, use) {
    try {
        return use(globalThis[storage]);
    } catch {
        return null;
    }
}
