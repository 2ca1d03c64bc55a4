import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import { expect } from "vitest";

/** Prints nothing. */
export const quiet = { verbose: 0 } as const;
/** Number of examples of {@link classes}. */
export const SIZE = 120;

/** Makes points whose class is the largest of their first three coordinates. */
export function classes(): { x: tf.Tensor2D; y: tf.Tensor2D } {
  const random = createRandom(4);
  const x = Array.from({ length: SIZE }, () => Array.from({ length: 6 }, () => random.uniform()));
  const y = x.map((row) => {
    const label = row.slice(0, 3).indexOf(Math.max(...row.slice(0, 3)));
    return [0, 1, 2].map((at) => Number(at === label));
  });
  return { x: tf.tensor2d(x), y: tf.tensor2d(y) };
}

/** Makes a small softmax classifier with the same weights every time. */
export function classifier(optimizer: tf.Optimizer = tf.train.adam(0.02)): tf.Sequential {
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential();
  model.add(
    tf.layers.dense({
      units: 8,
      activation: "relu",
      inputShape: [6],
      kernelInitializer: seeded(1),
    }),
  );
  model.add(tf.layers.dense({ units: 3, activation: "softmax", kernelInitializer: seeded(2) }));
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** Makes a linear model of one number, from 0. */
export function line(loss = "meanSquaredError"): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: "zeros" }));
  model.compile({ optimizer: tf.train.sgd(0.1), loss });
  return model;
}

/** The baseline. */
export const uniform = { sampler: "uniform" } as const;

/** Compares histories to 1e-5, their columns and lengths included. */
export function expectClose(ours: Record<string, number[]>, theirs: tf.History["history"]): void {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
  for (const [name, values] of Object.entries(theirs)) {
    expect(ours[name]).toHaveLength(values.length);
    values.forEach((value, at) =>
      expect(Math.abs((ours[name]?.[at] as number) - (value as number))).toBeLessThanOrEqual(1e-5),
    );
  }
}
