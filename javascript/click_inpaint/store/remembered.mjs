// A switch of the person's that this browser remembers, in every tab of it.

export class Switch {
    #key;
    /** @type {Set<(isOn: boolean) => void>} */
    #followers = new Set();
    #isOn;

    /** @param {string} name  of this switch, for good */
    constructor(name) {
        this.#key = `click-inpaint-${name}`;
        this.#isOn = kept(storage => storage.getItem(this.#key)) === "on";
    }

    get isOn() {
        return this.#isOn;
    }

    /** @param {boolean} isOn */
    turn(isOn) {
        this.#isOn = isOn;
        kept(storage => storage.setItem(this.#key, isOn ? "on" : "off"));
        for (const follower of this.#followers) follower(isOn);
    }

    /** Be called now and after each turn. @param {(isOn: boolean) => void} follower */
    follow(follower) {
        this.#followers.add(follower);
        follower(this.#isOn);
    }
}

/** @template T @param {(storage: globalThis.Storage) => T} use @returns {T | null} null where storage is blocked: the switch lasts as long as the page */
function kept(use) {
    try {
        return use(localStorage);
    } catch {
        return null;
    }
}
