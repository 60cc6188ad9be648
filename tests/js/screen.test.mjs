import assert from "node:assert/strict";
import {test} from "node:test";
import {onScreen} from "../../javascript/click_inpaint/dom/screen.mjs";

test("each change of the pixels' density is told, with or without a resize", t => {
    const queries = [];
    Object.assign(globalThis, {window: new EventTarget(), devicePixelRatio: 1, matchMedia: query => {
        queries.push(Object.assign(new EventTarget(), {query}));
        return queries.at(-1);
    }});
    t.after(() => ["window", "devicePixelRatio", "matchMedia"].forEach(name => delete globalThis[name]));
    const to = ratio => {
        globalThis.devicePixelRatio = ratio;
        queries.at(-1).dispatchEvent(new Event("change"));
    };
    const ended = new AbortController();
    let told = 0;
    onScreen(() => told++, ended.signal);
    to(2);
    to(1.5);
    assert.equal(told, 2);
    assert.deepEqual(queries.map(({query}) => query), [1, 2, 1.5].map(ratio => `(resolution: ${ratio}dppx)`));
    window.dispatchEvent(new Event("resize"));
    assert.equal(told, 3);
    ended.abort();
    to(1);
    window.dispatchEvent(new Event("resize"));
    assert.equal(told, 3);
});
