import assert from "node:assert/strict";
import {readFileSync, readdirSync, writeFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {test} from "node:test";
import {TEXT, text} from "../../javascript/click_inpaint/text/text.mjs";

const PAGE = fileURLToPath(new URL("../../javascript/click_inpaint/", import.meta.url));
/** What a translator starts from: copy it into the Web UI's folder localizations/ and write on the right-hand side. */
const TEMPLATE = fileURLToPath(new URL("../../docs/localization-template.json", import.meta.url));

test("the translators' template has every sentence of the page; RENEW=1 writes it anew", () => {
    const sentences = [...new Set(Object.values(TEXT))].sort();
    const wanted = `${JSON.stringify(Object.fromEntries(sentences.map(sentence => [sentence, sentence])), null, 2)}\n`;
    if (process.env.RENEW) writeFileSync(TEMPLATE, wanted);
    assert.equal(readFileSync(TEMPLATE, "utf8"), wanted, "run: RENEW=1 node --test tests/js/text.test.mjs");
});

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
    globalThis.getTranslation = sentence => sentence === TEXT.number ? "{name} in Pixeln" : undefined;
    t.after(() => { delete globalThis.getTranslation; });
    assert.equal(text("number", {name: text("grow")}), "Grow in Pixeln");
});
