import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

const PLUGIN = `
import { definePlugin } from "@unequal/core";
export default definePlugin({ name: "from-tomorrow", apiVersion: 2, parts: [] });
`;

const DATA = `
import { datasets, defineConfig } from "unequal";
import { defineDataset, defineModel } from "@unequal/core";
import * as tf from "@tensorflow/tfjs";

const SIZE = 100;
const x = { data: new Float32Array(SIZE * 4).fill(0.5), shape: [SIZE, 4] };
const holed = { ...x, data: x.data.map((value, at) => (at === 57 ? Number.NaN : value)) };
const classes = (count: number) => ({
  data: new Float32Array(SIZE * count).map((_, at) => (at % count === 0 ? 1 : 0)),
  shape: [SIZE, count],
});
const data = (name: string, inputs: typeof x, count: number) =>
  defineDataset({
    name,
    summary: "made in code",
    setup: () => ({ load: async () => ({ train: datasets.arrays(inputs, classes(count)) }) }),
  })();
const net = (compiled: boolean) =>
  defineModel({
    name: "net",
    summary: "two classes",
    setup: () => ({
      build: ({ optimizer }) => {
        const model = tf.sequential({
          layers: [tf.layers.dense({ units: 2, inputShape: [4], activation: "softmax" })],
        });
        if (compiled)
          model.compile({ optimizer: optimizer as tf.Optimizer, loss: "categoricalCrossentropy" });
        return model;
      },
    }),
  })();
const config = (dataset: ReturnType<typeof data>, compiled = true) =>
  defineConfig({ dataset, model: net(compiled), batchSize: 8, maxSteps: 30 });
`;

let place: Workplace;
beforeAll(() => {
  place = workplace({
    "tiny.json": TINY,
    "throws.ts": 'throw new Error("out of order\\nsecond line");',
    "syntax.ts": "export default {",
    "empty.ts": "export const config = {};",
    "never.ts": "await new Promise(() => {}); export default {};",
    "typo.json": { batchsize: 3 },
    "type.json": { batchSize: "many" },
    "option.json": { ...TINY, sampler: { name: "proportional", drew: "multinomial" } },
    "unreachable.json": { ...TINY, costs: { score: 100, step: 1 } },
    "circle.json": { extends: "./circle.json" },
    "tomorrow.ts": PLUGIN,
    "unplugged.ts": "export const nothing = 1;",
    "shape.ts": `${DATA} export default config(data("three classes", x, 3));`,
    "uncompiled.ts": `${DATA} export default config(data("two classes", x, 2), false);`,
    "numbers.ts": `${DATA}
      const y = { data: x.data.slice(0, SIZE).map((value) => 0.7 * value), shape: [SIZE, 1] };
      const load = async () => ({ train: datasets.arrays(x, y) });
      const numbers = defineDataset({ name: "n", summary: "numbers", setup: () => ({ load }) });
      export default { dataset: numbers(), batchSize: 8, maxSteps: 30 };`,
    "nowhere.ts": `${DATA}
      const load = () => new Promise(() => {});
      const part = defineDataset({ name: "n", summary: "never loads", setup: () => ({ load }) });
      export default { dataset: part() };`,
    "nan.ts": `${DATA} export default config(data("holed", holed, 2));`,
  });
  writeFileSync(place.file("in-the-way"), "");
});
afterAll(() => place.dispose());

const cases: readonly (readonly [code: string, hint: string, ...args: string[]])[] = [
  [
    "UNKNOWN_NAME",
    'did you mean "proportional"?',
    "train",
    "tiny.json",
    "--sampler",
    "propotional",
  ],
  ["UNKNOWN_NAME", 'did you mean "wasm"?', "train", "tiny.json", "--backend", "wsam"],
  ["OPTION_INVALID", 'did you mean "draw"?', "train", "option.json"],
  ["CONFIG_INVALID", 'did you mean "batchSize"?', "train", "typo.json"],
  ["CONFIG_INVALID", 'option "batchSize"', "train", "type.json"],
  ["CONFIG_LOAD_FAILED", "out of order second line", "train", "throws.ts"],
  ["CONFIG_LOAD_FAILED", "syntax.ts", "train", "syntax.ts"],
  ["CONFIG_LOAD_FAILED", "default export", "train", "empty.ts"],
  ["CONFIG_LOAD_FAILED", "does not exist", "train", "nowhere.json"],
  ["CONFIG_LOAD_FAILED", "never settles", "train", "never.ts"],
  ["UNEXPECTED", "never settles", "train", "nowhere.ts"],
  ["CONFIG_LOAD_FAILED", "extends itself", "train", "circle.json"],
  [
    "BATCH_LARGER_THAN_POOL",
    "batchSize is 16 and presample 8",
    "train",
    "tiny.json",
    "--presample",
    "8",
  ],
  ["GATE_UNREACHABLE", "at most 3.00", "train", "unreachable.json"],
  ["API_VERSION_MISMATCH", "apiVersion 2", "train", "tiny.json", "--plugin", "./tomorrow.ts"],
  ["PLUGIN_INVALID", "definePlugin", "plugins", "--plugin", "./unplugged.ts"],
  ["PLUGIN_INVALID", "could not be loaded", "plugins", "--plugin", "unequal-plugin-nowhere"],
  ["SHAPE_MISMATCH", "[3]", "train", "shape.ts"],
  ["HEAD_UNSUITED", "linear unit", "train", "numbers.ts"],
  ["MODEL_NOT_COMPILED", "model.compile", "train", "uncompiled.ts"],
  ["LOSS_NOT_FINITE", "example 14", "train", "nan.ts", "--epochs", "3"],
  ["OUTPUT_FAILED", "in-the-way", "train", "tiny.json", "--out", "in-the-way/run"],
  ["OUTPUT_FAILED", "config.json", "evaluate", "nowhere"],
  [
    "SCORER_UNUSED",
    "Leave it out",
    "train",
    "tiny.json",
    "--sampler",
    "uniform",
    "--scorer",
    "loss",
  ],
  ["USAGE", "Did you mean --batch-size?", "train", "--bath-size", "3"],
  ["USAGE", "Did you mean train?", "trian"],
  ["USAGE", "must be a whole number", "train", "--batch-size", "many"],
  ["USAGE", "90s", "train", "--max-time", "soon"],
  ["USAGE", "each key once", "train", "--costs", "score=5,step=3,score=6"],
  ["USAGE", "there twice", "train", "--signals", "a=x.json", "--signals", "a=y.json"],
  ["USAGE", "must be", "train", "--lr-schedule", "linear"],
  ["USAGE", "dir", "evaluate"],
];

describe("each fault is one coded line that says what to do", () => {
  test.each(cases)("%s: %s", async (code, hint, ...args) => {
    const { code: exit, stdout, stderr } = await runCommand(args, place.folder);
    expect(stderr).toContain(hint);
    expect(stderr).toMatch(new RegExp(`^unequal: ${code} .+\\n$`));
    // what was chosen is told before the first step
    expect(stdout).toMatch(/^(Importance sampling: .+\n)?$/);
    expect(exit).toBe(code === "USAGE" ? 2 : 1);
  });
});

test("--verbose adds the stack, with the cause's", async () => {
  const { stderr } = await runCommand(["train", "throws.ts", "--verbose"], place.folder);
  expect(stderr).toMatch(/^unequal: CONFIG_LOAD_FAILED .+\n/);
  expect(stderr).toMatch(/\n {4}at /);
  expect(stderr).toContain("caused by Error: out of order");
});
