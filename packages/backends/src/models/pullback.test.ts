import * as tf from "@tensorflow/tfjs";
import type { GradientOptions, Handle, Learner } from "@unequal/core";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dense, host } from "../../testing/learner-fixtures.js";
import { createLearner } from "../create-learner.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  await tf.ready();
});

const batch = host([[4]], [[3]]);
const rows = Int32Array.of(6, 1, 4, 0);
const coefficients = new Float32Array(4).fill(1);

/** Dropout, batch statistics and a regulariser; compiled with ℓ = ½ ‖z‖², whose ∂ℓ/∂z is z. */
function noisy(): tf.LayersModel {
  const kernelRegularizer = tf.regularizers.l2({ l2: 0.1 });
  const model = tf.sequential({
    layers: [
      dense(6, "tanh", { inputShape: [4], kernelRegularizer }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.5, seed: 3 }),
      dense(5, "tanh"),
      tf.layers.gaussianNoise({ stddev: 0.3 }),
      dense(3, undefined),
    ],
  });
  const half = (_: tf.Tensor, z: tf.Tensor): tf.Tensor => tf.div(tf.sum(tf.square(z), -1), 2);
  model.compile({ optimizer: tf.train.sgd(0.1), loss: half });
  return model;
}

let learner: Learner;
beforeEach(() => {
  learner = createLearner(noisy());
});

async function read(handle: Handle): Promise<number[]> {
  const values = (await learner.read(handle)).flatMap((each) => [...each]);
  handle.dispose();
  return values;
}

function pulled(options: GradientOptions): Promise<number[]> {
  const device = learner.upload(batch);
  const gradient = learner.pullback({ batch: device, rows }, (z) => z.slice(), options);
  return gradient.then(read).finally(() => device.dispose());
}

async function differentiated(options: GradientOptions): Promise<number[]> {
  const device = learner.upload(batch);
  const request = { ...options, signals: [] };
  const { gradient } = await learner.gradient({ batch: device, rows, coefficients }, request);
  device.dispose();
  return read(gradient);
}

function expectClose(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual.length).toBe(wanted.length);
  const largest = Math.max(...wanted.map(Math.abs));
  expect(largest).toBeGreaterThan(0.01);
  actual.forEach((value, at) =>
    expect(Math.abs(value - (wanted[at] as number))).toBeLessThan(1e-5 * largest),
  );
}

describe("pulling z back is differentiating ½ ‖z‖², with the same dropout, noise and statistics", () => {
  test.each([
    ["in training", { mode: "training", regulariser: false }],
    ["in training, with the regulariser", { mode: "training", regulariser: true }],
    ["in inference", { mode: "inference", regulariser: false }],
  ] as const)("%s", async (_, options) => {
    expectClose(
      await pulled({ ...options, noise: 7 }),
      await differentiated({ ...options, noise: 7 }),
    );
  });

  test("at other parameters, which it leaves", async () => {
    const options = { mode: "training", regulariser: true, noise: 5 } as const;
    const own = learner.parameters();
    const at = learner.combine([[1.5, own]]);
    const wanted = await differentiated({ ...options, at });
    expectClose(await pulled({ ...options, at }), wanted);
    const here = await differentiated(options);
    expect(here).not.toEqual(wanted);
    expectClose(await pulled(options), here);
    for (const handle of [own, at]) handle.dispose();
  });
});

test("another noise seed is another gradient, the same seed the same", async () => {
  const of = (noise: number): Promise<number[]> =>
    pulled({ mode: "training", regulariser: false, noise });
  const first = await of(1);
  expect(await of(1)).toEqual(first);
  expect(await of(2)).not.toEqual(first);
});

test("moving statistics move once in training, as by a gradient, and not in inference", async () => {
  const start = await learner.state();
  const after = async (
    pass: (options: GradientOptions) => Promise<number[]>,
    mode: "training" | "inference",
  ): Promise<unknown> => {
    await learner.restore(start);
    await pass({ mode, noise: 3, regulariser: false });
    return (await learner.state()).statistics;
  };
  const moved = await after(differentiated, "training");
  expect(moved).not.toEqual(start.statistics);
  expect(await after(pulled, "training")).toEqual(moved);
  expect(await after(pulled, "inference")).toEqual(start.statistics);
});

test("nothing stays on the engine", async () => {
  const options = { mode: "training", regulariser: true, noise: 3 } as const;
  await pulled(options);
  const before = tf.memory().numTensors;
  for (let round = 0; round < 3; round++) await pulled(options);
  expect(tf.memory().numTensors).toBe(before);
});
