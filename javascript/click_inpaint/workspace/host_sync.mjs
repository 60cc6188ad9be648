// Keeps the host and us up with one another: the Edit lies where Generate finds it, and the chosen tab and the size that
// the host's sliders ask for reach the preview. A job that cannot be done is not sent at all.

import * as host from "../host/page.mjs";
import {nothingSelected} from "../text/first.mjs";
import {text} from "../text/text.mjs";

const FOLLOW_MS = 80;

/**
 * @param {import("../store/store.mjs").Store} store
 * @param {object} calls
 * @param {() => import("../tools/tools.mjs").Tool} calls.tool  that is in hand
 * @param {() => void} calls.chosen  called when our tab is chosen
 * @param {() => Promise<unknown>} calls.supply  sees to it that the server has what a job needs; it never fails
 * @param {(edit: import("../edit/state.mjs").Edit) => void} calls.started  told of the Edit with which a job starts
 * @param {AbortSignal} signal
 */
export function followHost(store, {tool, chosen, supply, started}, signal) {
    let was = {isChosen: false, area: ""};
    const sync = () => {
        const now = {isChosen: host.isOurTabChosen(), area: JSON.stringify(host.workingArea())};
        const isNew = now.isChosen && !was.isChosen;
        const isResized = now.isChosen && now.area !== was.area;
        was = now;
        writeEdit(store);
        if (isNew) chosen();
        if (isNew || isResized) store.refresh(FOLLOW_MS);
    };
    store.follow(writeEdit);
    host.onTabs(sync, signal);
    host.onSize(sync, signal);
    const prepare = async() => {
        const isSent = Boolean(store.state.edit.image) || await store.settled() !== null; // else the person has been told
        if (!isSent) return false;
        await supply();
        sync();
        started(store.shownEdit);
        return true;
    };
    host.beforeGenerate(() => {
        sync();
        if (!was.isChosen) return null;
        const missing = missingIn(store, tool());
        store.messages.refuse(missing);
        return missing ? false : prepare();
    }, signal);
    window.addEventListener("focus", () => was.isChosen && store.refresh(), {signal}); // after a login elsewhere
    sync();
}

/** What the person has to do before anything can be painted. @param {import("../store/store.mjs").Store} store @param {import("../tools/tools.mjs").Tool} tool */
function missingIn({source, paints}, tool) {
    if (!source) return text("noPicture");
    return paints ? "" : nothingSelected(tool);
}

/** Write the Edit where Generate looks; while another tab is chosen, nothing. @param {import("../store/store.mjs").Store} store */
function writeEdit(store) {
    const isChosen = host.isOurTabChosen();
    host.markActive(isChosen);
    host.writeEdit(isChosen ? JSON.stringify(store.shownEdit) : "");
}
