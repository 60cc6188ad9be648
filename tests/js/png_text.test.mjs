import assert from "node:assert/strict";
import {test} from "node:test";
import {crc32, deflateSync} from "node:zlib";
import {readText, withText} from "../../javascript/click_inpaint/edit/png_text.mjs";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(checksum(body));
    return Buffer.concat([length, body, sum]);
}

/** PNG's checksum, bit by bit as its specification has it. @param {Buffer} bytes */
function checksum(bytes) {
    if (crc32) return crc32(bytes);
    const table = Array.from({length: 256}, (_, byte) => {
        for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xEDB88320 ^ byte >>> 1 : byte >>> 1;
        return byte >>> 0;
    });
    return (bytes.reduce((sum, byte) => table[(sum ^ byte) & 0xFF] ^ sum >>> 8, 0xFFFFFFFF) ^ 0xFFFFFFFF) >>> 0;
}

const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.from([0, 128]))), chunk("IEND", Buffer.alloc(0))];
const PNG = new Blob([SIGNATURE, ...parts], {type: "image/png"});

test("a text that was written is read, and stands right behind the header", async() => {
    const written = withText(PNG, "Click Inpaint mask", "a caf\u00e9");
    assert.equal(await readText(written, "Click Inpaint mask"), "a café");
    assert.equal(await readText(written, "parameters"), "");
    assert.equal(written.type, "image/png");
    const expected = Buffer.concat([SIGNATURE, parts[0], chunk("tEXt", Buffer.from("Click Inpaint mask\0a caf\u00e9", "latin1")), ...parts.slice(1)]);
    assert.deepEqual(Buffer.from(await written.arrayBuffer()), expected);
});

test("of two texts each is found by its keyword, the later one too", async() => {
    const written = withText(withText(PNG, "one", "1"), "two", "2");
    assert.deepEqual([await readText(written, "one"), await readText(written, "two")], ["1", "2"]);
});

test("what is no PNG has no text", async() => {
    assert.equal(await readText(new Blob(["Click Inpaint mask"]), "Click Inpaint mask"), "");
    assert.equal(await readText(new Blob([]), "x"), "");
});
