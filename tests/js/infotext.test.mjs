import assert from "node:assert/strict";
import {spawnSync} from "node:child_process";
import {fileURLToPath} from "node:url";
import {test} from "node:test";
import {deflateSync} from "node:zlib";
import {editIn, parseInfotext, readInfotext} from "../../javascript/click_inpaint/edit/infotext.mjs";
import {addPaint} from "../../javascript/click_inpaint/edit/colours.mjs";
import {addBox, addClick, addLasso, addMask, addStroke, adopt, initialState, invert} from "../../javascript/click_inpaint/edit/state.mjs";

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

/** What Python answers to an Edit. @param {object} edit @param {string} program that has the text of the Edit as `text` */
function python(edit, program) {
    const start = `
import sys
sys.path.insert(0, "workbench")
from click_inpaint import edit, recorded
from modules.infotext_utils import quote
sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")
text = sys.stdin.read()
`;
    const {stdout, stderr, status} = spawnSync(process.env.PYTHON ?? "python3", ["-c", start + program], {cwd: ROOT, input: JSON.stringify(edit), encoding: "utf8"});
    assert.equal(status, 0, stderr);
    return stdout;
}

const POINTS = [{x: 1, y: 2}, {x: 30, y: 4.5}, {x: 5, y: 60}];
/** An Edit with a step of every kind. */
const every = () => {
    const steps = [state => addClick(state, {x: 1.5, y: 2, include: false}), state => addClick(state, {x: 3, y: 4}), state => addBox(state, {x0: 1, y0: 2, x1: 3, y1: 4}),
        state => addStroke(state, POINTS, 3), state => addStroke(state, POINTS, 3, "eraser"), state => addPaint(state, POINTS, 3, {colour: "#0a0b0c", opacity: 1}), state => addLasso(state, POINTS), state => addMask(state, "m"),
        state => addMask(state, "m", "subtract", true), invert];
    const {edit} = steps.reduce((state, step) => step(state), initialState());
    return {...edit, checkpoint: 'odd, "name": ü\\', refine: {...edit.refine, grow: 21}};
};

test("the Edit comes back from the token that Python writes", async() => {
    const edit = every();
    const said = python(edit, 'print("dog\\nSteps: 4, Sampler: Euler, Click Inpaint crop: 1x2+3+4, Click Inpaint edit: " + quote(recorded.written(edit.parse(text))))');
    const found = await editIn(parseInfotext(said));
    assert.deepEqual(adopt(initialState(), found).edit, edit);
    assert.deepEqual(found.selection, edit.selection, "also before it is adopted");
});

test("the Edit comes back from the JSON of older files, quotes, commas and all", async() => {
    const edit = every();
    const said = python(edit, 'print("dog\\nNegative prompt: cat\\nSteps: 4, Sampler: Euler, Click Inpaint edit: " + quote(edit.dumps(edit.parse(text))) + ", Click Inpaint crop: 1x2+3+4")');
    assert.deepEqual(await editIn(parseInfotext(said)), edit);
});

test("the version beside the Edit is no part of it, and older pictures name none", async() => {
    const older = 'dog\nSteps: 4, Sampler: Euler, Click Inpaint edit: "{\\"selection\\": []}", Click Inpaint crop: 1x2+3+4';
    const named = parseInfotext(`${older}, Click Inpaint version: 0.2.0, Version: v1.10.1`);
    assert.equal(named.values.get("Click Inpaint version"), "0.2.0");
    assert.deepEqual(await editIn(named), {selection: []});
    assert.deepEqual(await editIn(parseInfotext(`${older}, Version: v1.10.1`)), {selection: []});
});

const tokenOf = text => `A${deflateSync(Buffer.from(text)).toString("base64url")}`;
const editOf = said => editIn({prompt: "", negative: "", values: new Map([["Click Inpaint edit", said]])});

test("what is no Edit is none", async() => {
    const good = tokenOf('{"fill": "telea"}');
    assert.deepEqual(await editOf(good), {fill: "telea", selection: []});
    for (const said of ["", "not JSON", "[1]", '{"selection": 3}', "null", "A", "A=", `B${good.slice(1)}`, good.slice(0, -4), `${good}!`, tokenOf("null"), tokenOf("{"),
        tokenOf('{"selection": 3}'), tokenOf('{"selection": [null]}'), tokenOf('{"selection": [{"kind": "toString"}]}'), tokenOf(Buffer.from([0x22, 0xFF, 0x22]))]) {
        assert.equal(await editOf(said), null, said);
    }
    assert.equal(await editIn({prompt: "", negative: "", values: new Map()}), null);
});

test("a token that unpacks to more than an Edit may have is none, and is not unpacked to its end", async() => {
    const bomb = tokenOf(`{"checkpoint": "${" ".repeat(100_000_000)}"}`);
    const before = process.memoryUsage().arrayBuffers;
    assert.equal(await editOf(bomb), null);
    assert.ok(process.memoryUsage().arrayBuffers - before < 50e6);
});
