import * as tf from "@tensorflow/tfjs";
import { cpu, wasm } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ImportanceTraining } from "../importance-training.js";

const SIZE = 24;
const options = { verbose: 0, shuffle: false, batchSize: 8, epochs: 1 } as const;

/** Dense(500), frozen, and Dense(2), or the other way round; the weights are those of a formula. */
function build(frozen: boolean): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 500, inputShape: [3], trainable: !frozen, name: "hidden" }),
      tf.layers.dense({ units: 2, activation: "softmax", name: "head" }),
    ],
  });
  for (const layer of model.layers)
    layer.setWeights(
      layer.getWeights().map(({ shape, size }) =>
        tf.tensor(
          Array.from({ length: size }, (_, at) => 0.1 * Math.sin(at + 1)),
          shape,
        ),
      ),
    );
  model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy" });
  return model;
}

function data(): [tf.Tensor2D, tf.Tensor2D] {
  const rows = Array.from({ length: SIZE }, (_, at) => [0, 1, 2].map((c) => Math.cos(3 * at + c)));
  const targets = rows.map(([first = 0]) => [Number(first > 0), Number(first <= 0)]);
  return [tf.tensor2d(rows), tf.tensor2d(targets)];
}

function weights(model: tf.LayersModel): number[] {
  return model.layers.flatMap((layer) =>
    layer.getWeights().flatMap((each) => [...each.dataSync()]),
  );
}

type Fit = (model: tf.LayersModel) => Promise<unknown>;

/** Fits, changes what is trainable, and fits again without compiling. */
async function fitTwice(frozen: boolean, fit: Fit): Promise<number[]> {
  const model = build(frozen);
  await fit(model);
  const [hidden] = model.layers as [tf.layers.Layer];
  hidden.trainable = frozen;
  await fit(model);
  return weights(model);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ["cpu", cpu],
  ["wasm", wasm],
] as const)("on %s", (_, part) => {
  test.each([
    ["thawed", true],
    ["frozen", false],
  ])(
    "a layer %s between two fits: those are trained that were compiled, as by model.fit",
    async (_title, frozen) => {
      await setUpPart("backend", part()).start();
      vi.spyOn(console, "warn").mockReturnValue();
      const wanted = await fitTwice(frozen, (model) => model.fit(...data(), options));
      const warnings: string[] = [];
      const found = await fitTwice(frozen, (model) => {
        const training = new ImportanceTraining(model, { sampler: "uniform" });
        training.on("warning", ({ message }) => warnings.push(message));
        return training.fit(...data(), options);
      });
      expect(found).toHaveLength(wanted.length);
      // Adam divides by the root of small squares, which makes much of rounding
      found.forEach((value, at) => {
        expect(Math.abs(value - (wanted[at] as number))).toBeLessThan(1e-4);
      });
      const notes = warnings.filter((message) => message.includes("`trainable`"));
      // what is frozen stays so at once, and needs no word
      expect(notes).toHaveLength(frozen ? 1 : 0);
      if (frozen) expect(notes[0]).toMatch(/hidden\/kernel, hidden\/bias will not be trained/);
    },
  );
});
