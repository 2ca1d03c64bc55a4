import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

const CONFIG = `
import * as tf from "@tensorflow/tfjs";
import { defineModel, defineSampler, stateless } from "@unequal/core";
import { defineConfig, gates } from "unequal";
import { dataset, size } from "./data";

const every = defineSampler({
  name: "every-other",
  summary: "Every k-th candidate.",
  setup: () => ({
    ...stateless("every-other"),
    select: ({ ids }, count) => ({
      rows: Int32Array.from({ length: count }, (_, at) => at),
      expected: new Float64Array(count).fill(1),
      planned: count,
      population: ids.length,
    }),
  }),
});

const net = defineModel({
  name: "net",
  summary: "Dropout and BatchNormalization.",
  setup: () => ({
    build: ({ inputShape, classes, optimizer, seed }) => {
      const model = tf.sequential({
        layers: [
          tf.layers.flatten({ inputShape: [...inputShape] }),
          tf.layers.dense({ units: 16, kernelInitializer: tf.initializers.glorotUniform({ seed }) }),
          tf.layers.batchNormalization(),
          tf.layers.dropout({ rate: 0.2 }),
          tf.layers.dense({
            units: classes,
            activation: "softmax",
            kernelInitializer: tf.initializers.glorotUniform({ seed: seed + 1 }),
          }),
        ],
      });
      model.compile({ optimizer: optimizer as tf.Optimizer, loss: "categoricalCrossentropy" });
      return model;
    },
  }),
});

export default defineConfig({
  dataset,
  model: net(),
  sampler: every(),
  gate: gates.recorded({ switches: [5, 15] }),
  batchSize: size,
  maxSteps: 30,
});
`;

let place: Workplace;
beforeAll(() => {
  place = workplace({
    "unequal.config.ts": CONFIG,
    "data.ts": `export const size: number = 16; export const dataset = ${JSON.stringify(TINY.dataset)};`,
  });
});
afterAll(() => place.dispose());

test("a configuration in TypeScript brings parts of its own, on the command's copy of TensorFlow.js", async () => {
  const trained = await runCommand(["train", "--out", "run", "--json", "--quiet"], place.folder);
  expect(trained).toMatchObject({ code: 0, stderr: "" });
  const result = JSON.parse(trained.stdout) as Record<string, unknown>;
  expect(result).toMatchObject({
    model: "net",
    sampler: "every-other",
    gate: "recorded",
    steps: 30,
    importanceSteps: 10,
  });
  const evaluated = await runCommand(["evaluate", "run", "--json"], place.folder);
  const { testLoss } = JSON.parse(evaluated.stdout) as { testLoss: number };
  expect(testLoss).toBeCloseTo(result["testLoss"] as number, 6);
});

test("flags win over it", async () => {
  const { stdout } = await runCommand(
    ["train", "--model", "mlp", "--max-steps", "3", "--json", "--quiet"],
    place.folder,
  );
  expect(JSON.parse(stdout)).toMatchObject({ model: "mlp", steps: 3 });
});
