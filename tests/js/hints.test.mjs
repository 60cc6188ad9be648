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
