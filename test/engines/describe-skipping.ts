import * as tf from "@tensorflow/tfjs";
import { createTrainer, never, Registry, setUpPart, type Dataset, type Part } from "@unequal/core";
import { plain, unbiased, uniform } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { disposeModel, engineModels } from "./engine-models.js";

const { layers } = tf;
/** A model that passes NaN on to its outputs: where it ends up in a relu, some engines make 0 of it. */
const convnet = (): tf.Sequential =>
  tf.sequential({
    layers: [
      layers.conv2d({ filters: 3, kernelSize: 3, useBias: false, inputShape: [6, 6, 2] }),
      layers.batchNormalization(),
      layers.activation({ activation: "tanh" }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
  });

const ROWS = 6;
const BAD = 2;

/** The same examples, those of one id without a finite input. */
function spoilt(dataset: Dataset): Dataset {
  return {
    ...dataset,
    take: async (ids, keys) => {
      const host = await dataset.take(ids, keys);
      const inputs = Object.values(host.inputs).map((column) => {
        const width = column.data.length / ids.length;
        const data = Float32Array.from(column.data, (value, at) =>
          ids[Math.floor(at / width)] === BAD ? NaN : value,
        );
        return { shape: column.shape, dtype: "float32" as const, data };
      });
      return { ...host, inputs };
    },
  };
}

async function weightsOf(model: tf.LayersModel): Promise<number[][]> {
  const values: number[][] = [];
  for (const weight of model.getWeights()) values.push([...(await weight.data())]);
  return values;
}

function compiled(): tf.LayersModel {
  const model = convnet();
  model.setWeights(
    model.getWeights().map((weight, at) => {
      const values = Float32Array.from({ length: weight.size }, (_, place) =>
        Math.sin(1 + at + place),
      );
      // variances are positive
      return tf.tensor(values.map(weight.rank === 1 ? Math.abs : Number), weight.shape);
    }),
  );
  model.compile({ optimizer: tf.train.sgd(0.5), loss: "categoricalCrossentropy" });
  return model;
}

/** Weights and statistics after `fit` of TensorFlow.js on the other rows, as one batch. */
async function wanted(dataset: Dataset): Promise<number[][]> {
  const model = compiled();
  const ids = Uint32Array.from({ length: ROWS }, (_, id) => id).filter((id) => id !== BAD);
  const { inputs, targets } = await dataset.take(ids, new Uint32Array(ids.length));
  const [x, y] = [inputs, targets].map((columns) => {
    const [column] = Object.values(columns);
    return tf.tensor(column?.data as Float32Array, column?.shape as number[]);
  }) as [tf.Tensor, tf.Tensor];
  await model.fit(x, y, { batchSize: ids.length, shuffle: false, verbose: 0 });
  const weights = await weightsOf(model);
  tf.dispose([x, y]);
  disposeModel(model);
  return weights;
}

/** Holds an engine to leaving rows without a finite loss out of a step, moving statistics included. */
export function describeSkipping(part: Part<"backend">, tolerance: number): void {
  describe(`backend "${part.name}", nonFinite: "skip"`, () => {
    test("a convnet is stepped on the other rows alone, as fit does, its moving statistics too", async () => {
      const { dataset } = engineModels["a convnet"];
      const backend = setUpPart("backend", part, { registry: new Registry([]) });
      await backend.start();
      const weights = await wanted(dataset);
      const model = compiled();
      const learner = backend.learner(model);
      const trainer = createTrainer({
        learner,
        dataset: spoilt(dataset),
        sampler: uniform(),
        weighting: unbiased(),
        estimator: plain(),
        gate: never(),
        batchSize: ROWS,
        shuffle: false,
        presample: ROWS,
        nonFinite: "skip",
      });
      const skipped: (number | undefined)[] = [];
      trainer.events.on("step:end", (event) => skipped.push(event.skipped));
      await trainer.run({ updates: 1 });
      const tensors = tf.memory().numTensors;
      expect(skipped).toEqual([1]);
      const found = await weightsOf(model);
      found.forEach((values, at) =>
        values.forEach((value, place) =>
          expect(Math.abs(value - (weights[at]?.[place] as number))).toBeLessThan(100 * tolerance),
        ),
      );
      // the next batches are whole again; the first comes back, and nothing is left behind
      await trainer.run({ updates: 5 });
      expect(skipped).toEqual([1, undefined, undefined, undefined, 1]);
      expect(tf.memory().numTensors).toBe(tensors);
      await trainer.dispose();
      learner.dispose?.();
      disposeModel(model);
      await backend.stop?.();
    });
  });
}
