import assert from "node:assert/strict";
import {spawnSync} from "node:child_process";
import {fileURLToPath} from "node:url";
import {test} from "node:test";
import {deflateSync} from "node:zlib";
import {editIn, parseInfotext, readInfotext} from "../../javascript/click_inpaint/edit/infotext.mjs";
import {addClick, initialState} from "../../javascript/click_inpaint/edit/state.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A);
const bytes = (...parts) => Uint8Array.from(parts.flatMap(part => typeof part === "string" ? [...Buffer.from(part, "latin1")] : [...part]));

function chunk(type, ...data) {
    const body = bytes(...data);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, body.length);
    return bytes(length, type, body, [0, 0, 0, 0]);
}

const png = (...chunks) => new Blob([SIGNATURE, chunk("IHDR", new Uint8Array(13)), ...chunks, chunk("IEND")]);

test("the host's text is found in every kind of chunk that PNG has for it", async() => {
    const utf8 = Buffer.from("ein Hündchen 🐕", "utf8");
    assert.equal(await readInfotext(png(chunk("tEXt", "parameters\0a caf\u00e9"))), "a café");
    assert.equal(await readInfotext(png(chunk("zTXt", "parameters\0\0", deflateSync(Buffer.from("a café", "latin1"))))), "a café");
    assert.equal(await readInfotext(png(chunk("iTXt", "parameters\0\0\0\0\0", utf8))), "ein Hündchen 🐕");
    assert.equal(await readInfotext(png(chunk("iTXt", "parameters\0\u0001\0de\0Parameter\0", deflateSync(utf8)))), "ein Hündchen 🐕");
});

test("other text, other files and damaged ones have none", async() => {
    assert.equal(await readInfotext(png(chunk("tEXt", "Software\0x"), chunk("IDAT", new Uint8Array(5000)), chunk("tEXt", "parameters\0y"))), "y");
    assert.equal(await readInfotext(png(chunk("tEXt", "Comment\0parameters"))), "");
    assert.equal(await readInfotext(new Blob(["\u00ff\u00d8 a JPEG"])), "");
    assert.equal(await readInfotext(new Blob([])), "");
    const whole = new Uint8Array(await png(chunk("tEXt", "parameters\0text")).arrayBuffer());
    for (let length = 0; length < whole.length; length++) await readInfotext(new Blob([whole.subarray(0, length)]));
    assert.equal(await readInfotext(png(chunk("zTXt", "parameters\0\0not deflated"), chunk("tEXt", "parameters\0y"))), "y");
    assert.equal(await readInfotext(new Blob([SIGNATURE, bytes([0xFF, 0xFF, 0xFF, 0xFF], "tEXtparameters\0x")])), "");
});

test("prompt, negative prompt and values come apart as the host takes them apart", () => {
    const {prompt, negative, values} = parseInfotext('a dog,\non a beach\nNegative prompt: cat, Steps: no\nmore\nSteps: 20, Sampler: Euler a, Seed: 7, Size: 512x576, Hashes: "{\\"a\\": \\"b, c\\"}", Version: v1');
    assert.equal(prompt, "a dog,\non a beach");
    assert.equal(negative, "cat, Steps: no\nmore");
    assert.deepEqual(Object.fromEntries(values), {Steps: "20", Sampler: "Euler a", Seed: "7", Size: "512x576", Hashes: '{"a": "b, c"}', Version: "v1"});
});

test("a text without values is all prompt", () => {
    assert.deepEqual(parseInfotext("a dog: big, brown"), {prompt: "a dog: big, brown", negative: "", values: new Map()});
    assert.deepEqual(parseInfotext(""), {prompt: "", negative: "", values: new Map()});
});

test("the Edit comes back from what Python writes, quotes, commas and all", () => {
    const edit = addClick(initialState(), {x: 1.5, y: 2, include: false}).edit;
    edit.checkpoint = 'odd, "name": ü\\';
    const write = `
import json, sys
sys.path.insert(0, "workbench")
from click_inpaint import edit
from modules.infotext_utils import quote
text = edit.dumps(edit.parse(sys.stdin.read()))
print("dog\\nNegative prompt: cat\\nSteps: 4, Sampler: Euler, Click Inpaint edit: " + quote(text) + ", Click Inpaint crop: 1x2+3+4")`;
    const {stdout, stderr, status} = spawnSync(process.env.PYTHON ?? "python3", ["-c", write], {cwd: ROOT, input: JSON.stringify(edit), encoding: "utf8"});
    assert.equal(status, 0, stderr);
    assert.deepEqual(editIn(parseInfotext(stdout)), edit);
});

test("the version beside the Edit is no part of it, and older pictures name none", () => {
    const older = 'dog\nSteps: 4, Sampler: Euler, Click Inpaint edit: "{\\"selection\\": []}", Click Inpaint crop: 1x2+3+4';
    const named = parseInfotext(`${older}, Click Inpaint version: 0.2.0, Version: v1.10.1`);
    assert.equal(named.values.get("Click Inpaint version"), "0.2.0");
    assert.deepEqual(editIn(named), {selection: []});
    assert.deepEqual(editIn(parseInfotext(`${older}, Version: v1.10.1`)), {selection: []});
});

test("what is no Edit is none", () => {
    for (const said of ["", "not JSON", "[1]", '{"selection": 3}', "null"]) {
        assert.equal(editIn({prompt: "", negative: "", values: new Map([["Click Inpaint edit", said]])}), null);
    }
});
