import * as tf from "@tensorflow/tfjs";
import { adam, backendsPlugin, createLearner, mlp } from "@unequal/backends";
import {
  createTrainer,
  Registry,
  setUpPart,
  type Dataset,
  type HostArray,
  type Spec,
  type Trainer,
} from "@unequal/core";
import { mnist } from "@unequal/datasets";
import { plain, proportional, unbiased, uniform, upperBound } from "@unequal/samplers";

/** Rows trained on in one update, b, and candidates, B. */
export const SIZES = { batchSize: 128, presample: 640 } as const;

/** Starts an engine, by the name of its backend, and loads the training digits. */
export async function prepare(engine = "wasm"): Promise<Dataset> {
  const registry = new Registry([backendsPlugin]);
  const { device } = await setUpPart("backend", engine, { registry }).start();
  console.log(`${engine}: ${device}`);
  return (await setUpPart("dataset", mnist()).load()).train;
}

/** Builds the 784-512-512-10 perceptron with Adam. */
export function model(): tf.LayersModel {
  const optimizer = setUpPart("optimizer", adam()).build({});
  const request = { inputShape: [28, 28, 1], classes: 10, optimizer, seed: 1 };
  return setUpPart("model", mlp()).build(request) as tf.LayersModel;
}

/** Composes a trainer of a fresh model: by importance with the upper bound, or uniformly. */
export function trainer(dataset: Dataset, gate: Spec<"gate">, importance: boolean): Trainer {
  return createTrainer({
    learner: createLearner(model()),
    dataset,
    ...SIZES,
    sampler: importance ? proportional() : uniform(),
    ...(importance && { scorer: upperBound() }),
    weighting: unbiased(),
    estimator: plain(),
    gate,
  });
}

function tensor(columns: unknown): tf.Tensor {
  const [column] = columns as readonly HostArray[];
  if (column === undefined) throw new Error("the digits have one column");
  return tf.tensor(column.data, [...column.shape], column.dtype);
}

/** Loads rows as a hand-written program would: tensors of the images and their one-hot classes. */
export async function load(
  dataset: Dataset,
  ids: Uint32Array,
): Promise<{ readonly x: tf.Tensor; readonly y: tf.Tensor }> {
  const { inputs, targets } = await dataset.take(ids, new Uint32Array(ids.length));
  return { x: tensor(inputs), y: tensor(targets) };
}

/** Deals ids in a random order that repeats after each pass. */
export function dealer(size: number): (count: number) => Uint32Array {
  let at = 0;
  return (count) => Uint32Array.from({ length: count }, () => (at++ * 7919) % size);
}
