// Tasks and hints at work: what they set reaches the Edit and the host's own controls, and undo brings both back.

import {beginTask, followStrength, hostValuesOf, noteHost, setHost} from "../edit/tasks.mjs";
import {onValues, readValues} from "../host/values.mjs";

/** @typedef {import("../edit/tasks.mjs").HostValues} HostValues */
/** @typedef {import("../edit/tasks.mjs").TaskName} TaskName */
/** @typedef {import("../store/store.mjs").Store} Store */

/** Begin a task. @param {Store} store @param {TaskName} name @returns the states before and after */
export function begin(store, name) {
    note(store, hostValuesOf(name));
    const before = store.state;
    store.change(state => beginTask(state, name, store.picture));
    return {before, after: store.state};
}

/** Set some of the host's values for the person. @param {Store} store @param {HostValues} values */
export function apply(store, values) {
    note(store, values);
    store.change(state => setHost(state, values));
}

/** Let the feather go along with the host's denoising strength. @param {Store} store @param {AbortSignal} signal */
export function followDenoising(store, signal) {
    let was = readValues().denoising_strength;
    onValues(() => {
        const {denoising_strength: now} = readValues();
        const before = was;
        was = now;
        if (before !== undefined && now !== undefined && now !== before) store.change(state => followStrength(state, before, now), "feather");
    }, signal);
}

/** What the host says now of all that we have set or are about to. @param {Store} store @param {HostValues} values */
function note(store, values) {
    const keys = Object.keys({...store.state.host, ...values});
    const present = Object.fromEntries(Object.entries(readValues()).filter(([key]) => keys.includes(key)));
    store.change(state => noteHost(state, present));
}
