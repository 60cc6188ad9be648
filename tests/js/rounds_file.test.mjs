import assert from "node:assert/strict";
import {spawnSync} from "node:child_process";
import {mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {test} from "node:test";
import {roundsFile} from "../../javascript/click_inpaint/pictures/rounds_file.mjs";
import {zipped} from "../../javascript/click_inpaint/pictures/zip.mjs";

const PYTHON = process.env.PYTHON ?? "python3";
const READ = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([[name, archive.read(name).hex()] for name in archive.namelist()]))`;

/** The files in an archive, as Python reads them. @param {Blob} blob @returns {Promise<[string, Buffer][]>} */
async function unzipped(blob) {
    const folder = await mkdtemp(join(tmpdir(), "zip-"));
    try {
        await writeFile(join(folder, "a.zip"), Buffer.from(await blob.arrayBuffer()));
        const {status, stdout, stderr} = spawnSync(PYTHON, ["-c", READ, join(folder, "a.zip")], {encoding: "utf-8"});
        assert.equal(status, 0, stderr);
        return JSON.parse(stdout).map(([name, hex]) => [name, Buffer.from(hex, "hex")]);
    } finally {
        await rm(folder, {recursive: true});
    }
}

const png = content => new Blob([content], {type: "image/png"});

test("another program reads what was zipped, byte for byte", async() => {
    const every = Uint8Array.from({length: 70_000}, (_, at) => at * 31 % 256);
    const files = [{name: "a/é.png", blob: new Blob([every])}, {name: "empty", blob: new Blob([])}, {name: "text", blob: new Blob(["ä"])}];
    const found = await unzipped(await zipped(files));
    assert.deepEqual(found.map(([name]) => name), ["a/é.png", "empty", "text"]);
    assert.deepEqual(found.map(([, bytes]) => bytes.length), [70_000, 0, 2]);
    assert.ok(found[0][1].equals(Buffer.from(every)));
});

test("the same files make the same archive", async() => {
    const [one, other] = await Promise.all([1, 2].map(async() => Buffer.from(await (await zipped([{name: "a", blob: png("x")}])).arrayBuffer())));
    assert.ok(one.equals(other));
});

test("a file of rounds holds each picture and mask once, and leaves out what is gone", async() => {
    const mask = {kind: "mask", image: "m", mode: "add", soft: true};
    const round = (id, image, selection = []) => ({id, session: "s", time: 0, image, edit: {selection, shown: "d"}, prompt: id, seed: "5", thumb: png(""), infotext: `of ${id}`});
    const rounds = [round("1", "a", [mask]), round("2", "a"), round("3", "gone"), round("4", "b"), round("5", "a", [{...mask, image: "gone"}])];
    const have = {a: new Blob(["A"], {type: "image/jpeg"}), b: png("B"), m: png("M")};
    const {file, count} = await roundsFile(rounds, async id => have[id] ?? null, async({id}) => id === "4" ? null : png(`result ${id}`));
    const found = new Map(await unzipped(file));
    assert.equal(count, 2);
    assert.deepEqual([...found.keys()], ["rounds.json", "pictures/1.jpg", "pictures/2.png", "results/1.png", "results/2.png"]);
    const {format, version, pictures, rounds: told} = JSON.parse(found.get("rounds.json").toString());
    assert.deepEqual([format, version, pictures], ["click-inpaint rounds", 1, {a: "pictures/1.jpg", m: "pictures/2.png"}]);
    assert.deepEqual(told.map(({number, edit, infotext, result}) => [number, edit.image, edit.selection.length, infotext, result]),
        [[1, "a", 1, "of 1", "results/1.png"], [2, "a", 0, "of 2", "results/2.png"]]);
    assert.equal(found.get("results/2.png").toString(), "result 2");
});
