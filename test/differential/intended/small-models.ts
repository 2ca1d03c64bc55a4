import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import { ImportanceTraining, type ImportanceTrainingOptions } from "unequal";

/** Shows one intended difference, by expectations of both libraries. */
export type Show = () => Promise<void>;

/** Options of fits whose order is that of the data. */
export const quiet = { verbose: 0, shuffle: false } as const;

/** How a line is fitted. */
interface LineOptions {
  readonly start?: number;
  readonly compile?: Partial<tf.ModelCompileArgs>;
  readonly layer?: Partial<Parameters<typeof tf.layers.dense>[0]>;
}

/** Builds y = w x, by stochastic gradient descent on the squared error; w begins at 0 unless said. */
export function line({ start = 0, compile, layer }: LineOptions = {}): tf.Sequential {
  const kernelInitializer = tf.initializers.constant({ value: start });
  const dense = { units: 1, useBias: false, inputShape: [1], kernelInitializer, name: "line" };
  const model = tf.sequential({ layers: [tf.layers.dense({ ...dense, ...layer })] });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError", ...compile });
  return model;
}

/** Builds a classifier of x [N, 1] into three classes, whose weights begin alike. */
export function classes(compile: Partial<tf.ModelCompileArgs> = {}): tf.Sequential {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 4 });
  const dense = { units: 3, activation: "softmax" as const, inputShape: [1], name: "kind" };
  const model = tf.sequential({ layers: [tf.layers.dense({ ...dense, kernelInitializer })] });
  const loss = "categoricalCrossentropy";
  model.compile({ optimizer: tf.train.sgd(0.1), loss, ...compile });
  return model;
}

/** Trains uniformly by us. */
export function ours(
  model: tf.LayersModel,
  options: ImportanceTrainingOptions = {},
): ImportanceTraining {
  return new ImportanceTraining(model, { sampler: "uniform", ...options });
}

/** Makes a column [N, 1]. */
export function column(...values: number[]): tf.Tensor2D {
  return tf.tensor2d(values, [values.length, 1]);
}

/** Reads the first weight of a model. */
export function weightOf(model: tf.LayersModel): number {
  return model.getWeights()[0]?.dataSync()[0] as number;
}

/** Expects a promise to be rejected with an error of this code. */
export async function expectCode(promise: Promise<unknown>, code: string): Promise<void> {
  await expect(promise).rejects.toThrow(expect.objectContaining({ code }) as Error);
}

/** Trains a line on batches given by hand; returns its weight. */
export async function byHand(...batches: readonly (readonly number[])[]): Promise<number> {
  const model = line();
  for (const batch of batches) await model.trainOnBatch(column(...batch), column(...batch));
  return weightOf(model);
}
