import assert from "node:assert/strict";
import {readFileSync, readdirSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {test} from "node:test";
import {TEXT, text} from "../../javascript/click_inpaint/text/text.mjs";
import {translateMessage} from "../../javascript/click_inpaint/text/translate.mjs";
import {messageOf, translations} from "./server_messages.mjs";

const PAGE = fileURLToPath(new URL("../../javascript/click_inpaint/", import.meta.url));

test("every sentence that the page names is there, and none is left that nobody says", () => {
    const source = readdirSync(PAGE, {recursive: true}).filter(name => name.endsWith(".mjs") && !name.startsWith("text/text")).map(name => readFileSync(PAGE + name, "utf8")).join("\n");
    for (const [, key] of source.matchAll(/\btext\("(\w+)"/g)) assert.ok(key in TEXT, `text("${key}")`);
    const built = ["Tip", "Set"]; // made of a name and an ending, or of a beginning and a name
    for (const key of Object.keys(TEXT)) {
        const stem = built.reduce((name, ending) => name.endsWith(ending) ? name.slice(0, -ending.length) : name, key);
        const parts = [key, stem, ...stem.includes("_") ? [stem.slice(0, stem.indexOf("_") + 1)] : []];
        assert.ok(parts.some(part => source.includes(`"${part}"`) || source.includes(`\`${part}`) || new RegExp(`\\b${part}\\b`).test(source)), `nobody says ${key}`);
    }
});

test("values take the place of their names, and what has no value stays to be seen", () => {
    assert.equal(text("maskSize", {mask: "1×2", picture: "3×4"}), "That mask is 1×2, the picture 3×4; load a mask of the picture's size.");
    assert.equal(text("round", {number: 0}), "Round 0, seed {seed}: {prompt}");
});

test("a translation of the host's is taken, with the values in it", t => {
    translations(t, {[TEXT.number]: "{name} in Pixeln"});
    assert.equal(text("number", {name: text("grow")}), "Grow in Pixeln");
});

test("of what the server says the template is translated, then the values are put in", t => {
    const message = messageOf("{file} has over {megabytes} MB.", {file: "{megabytes}.png", megabytes: 512});
    assert.equal(translateMessage(message), message.text);
    translations(t, {"{file} has over {megabytes} MB.": "Mehr als {megabytes} MB: {file}", [message.text]: "never looked up"});
    assert.equal(translateMessage(message), "Mehr als 512 MB: {megabytes}.png");
});

test("what stands in a message of the server's is translated by itself", t => {
    const message = messageOf("{host}: {reason}. {by_hand}", {host: "a", reason: messageOf("{size} bytes", {size: 3}), by_hand: messageOf("By hand.")});
    translations(t, {"{size} bytes": "{size} Bytes", "By hand.": "Von Hand."});
    assert.equal(translateMessage(message), "a: 3 Bytes. Von Hand.");
});
