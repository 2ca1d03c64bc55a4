import { expect, test } from "vitest";
import { readSettings } from "../../examples/browser/read-settings.js";

const USUAL = {
  backend: "auto",
  steps: 1500,
  hidden: 48,
  batchSize: 48,
  presample: 240,
  rate: 0.01,
  seed: 1,
  gate: "tau",
};

test.each([
  ["", {}, []],
  ["?backend=wasm&steps=300&gate=always", { backend: "wasm", steps: 300, gate: "always" }, []],
  ["?rate=0.5&seed=0&utm_source=x&step=3", { rate: 0.5, seed: 0 }, ["utm_source", "step"]],
])("reads %j", (search, settings, unknown) => {
  expect(readSettings(search)).toEqual({ settings: { ...USUAL, ...settings }, unknown });
});

test.each([
  ["?backend=metal", 'backend must be auto, webgpu, wasm, cpu, but is "metal"'],
  ["?steps=many", 'steps must be a whole number of at least 1, but is "many"'],
  ["?steps=0", "steps must be"],
  ["?steps=Infinity", "steps must be"],
  ["?batchSize=2.5", "batchSize must be a whole number from 1 to 1500"],
  ["?presample=1501", "presample must be a whole number from 1 to 1500"],
  ["?rate=-1", "rate must be a number from 0.000001 to 10"],
  ["?rate=NaN", "rate must be a number"],
  ["?gate=open", 'gate must be tau, always, but is "open"'],
  ["?seed=", 'seed must be a whole number of at least 0, but is ""'],
  ["?steps=5&steps=6", "steps must be there once"],
  ["?presample=40", "batchSize must be at most presample, but they are 48 and 40"],
])("refuses %j", (search, message) => {
  expect(() => readSettings(search)).toThrow(message);
});
