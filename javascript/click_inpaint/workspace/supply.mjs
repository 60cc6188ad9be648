// A Web UI that was started anew has forgotten every picture, and the host would refuse the job: before each one the page
// asks, and sends again what is missing.

import {masksOf} from "../pictures/source.mjs";

/** The job waits no longer than this for an answer: where none comes, the host itself will say what is wrong. */
const ANSWER_MS = 5000;

/**
 * See to it that the server holds the picture and the masks that the Edit names. Where that fails the person is told.
 * @param {object} parts
 * @param {import("../store/store.mjs").Store} parts.store
 * @param {import("../server/client.mjs").Client} parts.client
 * @param {import("../pictures/storage.mjs").Storage} parts.storage
 */
export function supply({store, client, storage}) {
    return store.attempt(async() => {
        const {source, state: {edit}} = store;
        if (!source) return;
        const signal = AbortSignal.timeout(ANSWER_MS);
        const held = await Promise.all([edit.image, ...masksOf(edit)].map(image => client.holds(image, signal)));
        if (held.every(Boolean)) return;
        store.messages.wait("uploading");
        await source.uploadAgain(client, edit, image => storage.picture(image));
        store.messages.done();
    });
}
