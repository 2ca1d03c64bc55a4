import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { flattenLayers } from "./flatten-layers.js";
import { withSeededNoise } from "./seeded-noise.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const flat = [12];
const steps = [5, 4];

const models: Record<string, () => tf.Sequential> = {
  dropout: () => tf.sequential({ layers: [tf.layers.dropout({ rate: 0.5, inputShape: flat })] }),
  "dropout with a seed of its own": () =>
    tf.sequential({ layers: [tf.layers.dropout({ rate: 0.5, seed: 3, inputShape: flat })] }),
  "spatial dropout": () =>
    tf.sequential({ layers: [tf.layers.spatialDropout1d({ rate: 0.5, inputShape: steps })] }),
  "gaussian noise": () =>
    tf.sequential({ layers: [tf.layers.gaussianNoise({ stddev: 1, inputShape: flat })] }),
  "gaussian dropout": () =>
    tf.sequential({ layers: [tf.layers.gaussianDropout({ rate: 0.5, inputShape: flat })] }),
  "alpha dropout": () =>
    tf.sequential({ layers: [tf.layers.alphaDropout({ rate: 0.5, inputShape: flat })] }),
  "recurrent dropout": () =>
    tf.sequential({
      layers: [
        tf.layers.lstm({ units: 6, dropout: 0.5, recurrentDropout: 0.5, inputShape: steps }),
      ],
    }),
  "a GRU with dropout": () =>
    tf.sequential({
      layers: [tf.layers.gru({ units: 6, dropout: 0.5, recurrentDropout: 0.5, inputShape: steps })],
    }),
  "a bidirectional LSTM": () =>
    tf.sequential({
      layers: [
        tf.layers.bidirectional({
          layer: tf.layers.lstm({ units: 6, dropout: 0.5 }),
          mergeMode: "concat",
          inputShape: steps,
        }),
      ],
    }),
  "dropout over time steps": () =>
    tf.sequential({
      layers: [
        tf.layers.timeDistributed({
          layer: tf.layers.dropout({ rate: 0.5, seed: 8 }),
          inputShape: steps,
        }),
      ],
    }),
  "a nested model": () =>
    tf.sequential({
      layers: [
        tf.sequential({ layers: [tf.layers.dropout({ rate: 0.5, seed: 2, inputShape: flat })] }),
      ],
    }),
};

test.each(Object.keys(models))(
  "%s: the same seed makes the same noise, another seed other noise",
  (name) => {
    const model = models[name]?.() as tf.Sequential;
    const shape = model.inputs[0]?.shape.slice(1) as number[];
    const x = tf.ones([3, ...shape]);
    const layers = flattenLayers(model);
    const pass = (seed: number) =>
      withSeededNoise(seed, layers, () =>
        [...tf.tidy(() => model.call(x, { training: true }) as tf.Tensor[])].flatMap((y) => [
          ...y.dataSync(),
        ]),
      );
    const [first, second, other] = [pass(5), pass(5), pass(6)];
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  },
);

test("Math.random and the layers' seeds are put back, also when the pass throws", () => {
  const random = Math.random;
  const layer = tf.layers.dropout({ rate: 0.5, seed: 3 });
  const run = () =>
    withSeededNoise(1, [layer], () => {
      throw new Error("inside");
    });
  expect(run).toThrow("inside");
  expect(Math.random).toBe(random);
  expect((layer as unknown as { seed: number }).seed).toBe(3);
});
