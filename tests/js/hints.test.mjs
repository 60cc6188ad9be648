import assert from "node:assert/strict";
import {test} from "node:test";
import {hintOn, isVague} from "../../javascript/click_inpaint/edit/hints.mjs";
import {TASKS, TASK_NAMES} from "../../javascript/click_inpaint/edit/tasks.mjs";

const HEADER = {parts: [{crop: [0, 0, 512, 512], working: [512, 512]}], apart: 0};
const WELL = {denoising_strength: 1, prompt: "a red armchair", width: 512, height: 512, steps: 50, cfg_scale: 7, sampler: "Euler a"};
const never = () => false;
const seen = ({task = "replace", host = {}, header = HEADER, family = "SD2"} = {}) => ({task, host: {...WELL, ...host}, header, family});
const shrunk = zoom => ({...HEADER, parts: [{crop: [0, 0, 512 / zoom, 512 / zoom], working: [512, 512]}]});

test("where all is well, and where nothing is selected, nothing is said", () => {
    for (const task of TASK_NAMES) assert.equal(hintOn(seen({task, host: {denoising_strength: TASKS[task].strength}}), never), null);
    assert.equal(hintOn(seen({header: null, host: {prompt: ""}}), never), null);
});

test("without a task only a mask that is too large is spoken of", () => {
    assert.equal(hintOn(seen({task: "", host: {denoising_strength: 0.1, prompt: "", steps: 5}}), never), null);
    assert.equal(hintOn(seen({task: "", header: shrunk(0.4)}), never).name, "largeMask");
});

test("a strength outside the task's range is brought back to the task's own", () => {
    assert.deepEqual(hintOn(seen({host: {denoising_strength: 0.74}}), never), {name: "tooWeak", set: {denoising_strength: 1}});
    assert.equal(hintOn(seen({host: {denoising_strength: 0.75}}), never), null);
    assert.deepEqual(hintOn(seen({task: "recolour", host: {denoising_strength: 0.66}}), never), {name: "tooStrong", set: {denoising_strength: 0.55}});
    assert.equal(hintOn(seen({task: "recolour", host: {denoising_strength: 0.65}}), never), null);
});

test("an empty prompt is spoken of, and for a removal “background” is offered", () => {
    for (const task of ["extend", "repair"]) assert.equal(hintOn(seen({task, host: {prompt: "", denoising_strength: TASKS[task].strength}}), never), null);
    for (const task of ["replace", "add", "background"]) assert.deepEqual(hintOn(seen({task, host: {prompt: " "}}), never), {name: "noPrompt", set: {}});
    assert.deepEqual(hintOn(seen({task: "remove", host: {prompt: ""}}), never), {name: "emptyRemoval", set: {prompt: "background"}});
    assert.equal(hintOn(seen({task: "remove", host: {prompt: "something nice"}}), never), null);
    assert.deepEqual(hintOn(seen({task: "add", host: {prompt: "something nice"}}), never), {name: "vaguePrompt", set: {}});
});

test("a prompt is vague where no word of it names anything, in whatever case and with whatever signs", () => {
    for (const prompt of ["something nice", "Something really GOOD, please!", "a (better:1.2) thing", "it"]) assert.ok(isVague(prompt), prompt);
    for (const prompt of ["", "a nice cat", "ein Sessel", "椅子", "new york", "something blue"]) assert.ok(!isVague(prompt), prompt);
});

test("a mask that is painted at less than half its size brings larger sliders, as large as the family bears", () => {
    assert.equal(hintOn(seen({header: shrunk(0.5)}), never), null);
    assert.deepEqual(hintOn(seen({header: shrunk(0.4)}), never), {name: "largeMask", set: {width: 640, height: 640}});
    assert.deepEqual(hintOn(seen({header: shrunk(0.1)}), never).set, {width: 768, height: 768});
    assert.deepEqual(hintOn(seen({header: shrunk(0.1), family: "SDXL"}), never).set, {width: 1024, height: 1024});
    assert.equal(hintOn(seen({header: shrunk(0.1), host: {width: 768, height: 768}}), never), null, "it is as large as it may be");
    assert.equal(hintOn(seen({header: {...shrunk(0.4), apart: 2}}), never), null, "far-apart objects have an offer of their own");
});

const AREA = {mode: "masked", padding: 32};
const wide = ({share = 0.6, reach = 100, crop = [0, 0, 800, 600], frame = [1000, 800]} = {}) =>
    ({frame, parts: [{crop, working: [592, 448], share, reach}], apart: 0});

test("a mask that leaves too little to go by is spoken of, with each way out that there is", () => {
    const said = (header, more = {}) => hintOn({...seen({header}), area: AREA, ...more}, never);
    assert.deepEqual(said(wide()), {name: "wideMask", set: {}, offers: [
        {name: "twice", area: {mode: "twice"}}, {name: "padding", area: {padding: 96}}, {name: "size", set: {width: 768, height: 768}}]});
    assert.equal(said(wide({share: 0.5, reach: 205})), null, "as the wide masks of the paper");
    assert.equal(said(wide({share: 0.1, reach: 207})).name, "wideMask");
    assert.deepEqual(said(wide({frame: [800, 600]})).offers.map(({name}) => name), ["twice", "size"], "there is no more of the picture");
    const large = {host: {...WELL, width: 768, height: 768}};
    assert.deepEqual(said(wide(), large).offers.map(({name}) => name), ["twice", "padding"]);
    assert.equal(said(wide(), {area: {...AREA, mode: "twice"}}), null, "that is chosen already");
    assert.equal(said(wide(), {keeps: true}), null, "that paints all but the object");
    assert.equal(said(wide(), {task: ""}).name, "wideMask");
    const rounds = [{left: 8, top: 0, right: 0, bottom: 0}, {left: 3, top: 0, right: 0, bottom: 0}];
    assert.deepEqual(said(wide(), {rounds}).offers[0], {name: "rounds", rounds});
    assert.equal(said(wide(), {rounds: rounds.slice(0, 1)}).offers[0].name, "twice");
});

test("more surroundings bring the masked part down to half, where the picture has them", () => {
    for (const [share, side, padding] of [[0.6, 500, 32], [0.95, 300, 0], [1, 4000, 64], [0.51, 100, 8]]) {
        const {offers} = hintOn({...seen({header: wide({share, crop: [0, 0, side, side], frame: [9999, 9999]})}), area: {...AREA, padding}}, never);
        const grown = side + 2 * (offers.find(({name}) => name === "padding").area.padding - padding);
        assert.ok(share * side ** 2 <= 0.5 * grown ** 2, JSON.stringify({share, side, padding}));
    }
});

test("what Stable Diffusion 2 was measured with is offered, of it only what differs", () => {
    const all = {width: 1024, height: 1024, cfg_scale: 12, steps: 20, sampler: "DPM++ 2M"};
    assert.deepEqual(hintOn(seen({host: all}), never), {name: "family", set: {width: 512, height: 512, cfg_scale: 7, steps: 50, sampler: "Euler a"}});
    assert.deepEqual(hintOn(seen({host: {steps: 20}}), never).set, {steps: 50});
    for (const host of [{steps: 100}, {cfg_scale: 1.5}, {cfg_scale: 8}, {sampler: "DDIM"}, {width: 768, height: 384}]) assert.equal(hintOn(seen({host}), never), null);
    for (const family of ["SD1", "SDXL", ""]) assert.equal(hintOn(seen({host: all, family}), never), null);
});

test("a host that lacks a control is not told to set it", () => {
    const {denoising_strength, prompt} = WELL;
    assert.equal(hintOn({task: "replace", host: {denoising_strength, prompt}, header: shrunk(0.1), family: "SD2"}, never), null);
    assert.equal(hintOn({task: "replace", host: {}, header: HEADER, family: "SD2"}, never), null);
});

test("what was dismissed is left out, and the next one is said", () => {
    const both = seen({host: {denoising_strength: 0.5, prompt: "", steps: 20}});
    const order = [];
    for (let hint = hintOn(both, never); hint; hint = hintOn(both, name => order.includes(name))) order.push(hint.name);
    assert.deepEqual(order, ["tooWeak", "noPrompt", "family"]);
});
