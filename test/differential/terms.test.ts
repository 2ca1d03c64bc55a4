import * as tf from "@tensorflow/tfjs";
import { cpu } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { ImportanceTraining } from "unequal";
import { numbers, oneHot, toTensor } from "./columns.js";
import { inRow } from "./compiled.js";
import { ours, quiet } from "./intended/small-models.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

const SIZE = 48;
const ordered = { ...quiet, batchSize: 12 } as const;

function data(): [tf.Tensor, tf.Tensor] {
  return [toTensor(numbers([SIZE, 4], "x")), toTensor(oneHot([SIZE], 3, "y"))];
}

function classifier(): tf.LayersModel {
  const head = tf.layers.dense({ units: 3, activation: "softmax", inputShape: [4] });
  return inRow([head], { loss: "categoricalCrossentropy", metrics: ["accuracy"] });
}

type Params = Readonly<Record<string, unknown>>;

/** Returns what a fit tells its callbacks before it begins. */
async function paramsOf(run: (callback: tf.Callback) => Promise<unknown>): Promise<Params> {
  const told: Params[] = [];
  const setParams = (params: Params): void => void told.push(params);
  await run(Object.assign(tf.callbacks.earlyStopping(), { setParams }));
  return told[0] as Params;
}

describe("the same terms as model.fit", () => {
  test.each([0.3, 0.1, 0.25, 1 / 3, 0.9])(
    "a split of %f leaves as many examples",
    async (split) => {
      const options = { ...ordered, validationSplit: split };
      const mine = await paramsOf((callbacks) =>
        ours(classifier()).fit(...data(), { ...options, callbacks }),
      );
      const theirs = await paramsOf((callbacks) =>
        classifier().fit(...data(), { ...options, callbacks: [callbacks] }),
      );
      expect(mine.samples).toBe(theirs.samples);
      expect(mine.metrics).toEqual(theirs.metrics);
      expect(Object.keys(mine).sort()).toEqual(Object.keys(theirs).sort());
    },
  );

  test("the history says what the callbacks were told", async () => {
    const { params } = await new ImportanceTraining(classifier()).fit(...data(), ordered);
    expect(params).toMatchObject({ epochs: 1, samples: SIZE, steps: 4, doValidation: false });
  });

  test.each([{ validationSplit: 0 }, { validationSplit: null, validationData: null }])(
    "%j asks for no validation",
    async (nothing) => {
      const options = { ...ordered, ...nothing } as object;
      const { history } = await new ImportanceTraining(classifier()).fit(...data(), options);
      expect(Object.keys(history).filter((name) => name.startsWith("val_"))).toEqual([]);
    },
  );

  test("callbacks at the beginning and the end get logs that they may read", async () => {
    const got: unknown[] = [];
    const keep = (logs?: object): void => void got.push(logs);
    const callbacks = { onTrainBegin: keep, onTrainEnd: keep };
    await new ImportanceTraining(classifier()).fit(...data(), { ...ordered, callbacks });
    expect(got).toEqual([{}, {}]);
  });
});
