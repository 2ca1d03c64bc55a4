import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import {
  byHand,
  classes,
  column,
  expectCode,
  line,
  ours,
  quiet,
  weightOf,
  type Show,
} from "./small-models.js";

const labels = () => tf.oneHot(tf.tensor1d([0, 1, 2, 0], "int32"), 3).toFloat();
const four = () => column(0, 1, 2, 3);

/** A flag for each of two steps, by its own weight. */
function tagger(): tf.Sequential {
  const layer = { activation: "sigmoid" as const, inputShape: [2, 1] };
  return line({ start: 1, compile: { loss: "binaryCrossentropy" }, layer });
}

/** Differences of data in memory, their weights and labels. */
export const shownOfData = {
  "last-batch": async () => {
    const [x, options] = [column(1, 2, 3), { ...quiet, batchSize: 2 }];
    const [theirs, mine] = [line(), line()];
    await theirs.fit(x, x, options);
    await ours(mine).fit(x, x, options);
    expect(weightOf(theirs)).toBeCloseTo(await byHand([1, 2], [3]), 5);
    expect(weightOf(mine)).toBeCloseTo(await byHand([1, 2], [3, 1]), 5);
  },
  "order-of-rows": async () => {
    const run = async (seed: number): Promise<number> => {
      const model = line();
      const [x, y] = [column(1, 2, 3, 4, 5, 6), column(0, 2, 1, 5, 3, 1)].map((each) =>
        each.div(6),
      );
      await ours(model, { seed }).fit(x as tf.Tensor, y as tf.Tensor, { verbose: 0, batchSize: 1 });
      return weightOf(model);
    };
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
  },
  "sample-weight": async () => {
    const [x, y, sampleWeight] = [column(1, 2), column(1, 1), tf.tensor1d([2, 0.5])];
    await expect(line().fit(x, y, { ...quiet, sampleWeight })).rejects.toThrow("not supported");
    const validationData: [tf.Tensor, tf.Tensor, tf.Tensor] = [x, y, sampleWeight];
    await expect(line().fit(x, y, { ...quiet, validationData })).rejects.toThrow("not supported");
    const model = line();
    const { history } = await ours(model).fit(x, y, {
      ...{ ...quiet, batchSize: 2, sampleWeight },
      validationData: [x, y, sampleWeight],
    });
    // at w = 0 both errors are 1: (2 · 1 + 0.5 · 1) / 2; the gradient is (2 · −2 · 1 + 0.5 · −2 · 2) / 2
    expect(history.loss?.[0]).toBeCloseTo(1.25, 6);
    const w = 0.1 * 3;
    expect(weightOf(model)).toBeCloseTo(w, 6);
    expect(history.val_loss?.[0]).toBeCloseTo((2 * (1 - w) ** 2 + 0.5 * (1 - 2 * w) ** 2) / 2, 6);
  },
  "class-weight-of-absent": async () => {
    const of = (classWeight: Record<number, number>) => ({ ...quiet, classWeight });
    await expect(classes().fit(four(), labels(), of({ 0: 3 }))).rejects.toThrow("classWeight");
    const [some, all] = [classes(), classes()];
    await ours(some).fit(four(), labels(), of({ 0: 3 }));
    await all.fit(four(), labels(), of({ 0: 3, 1: 1, 2: 1 }));
    expect(weightOf(some)).toBeCloseTo(weightOf(all), 6);
  },
  "class-weight-of-none": async () => {
    const known = { 0: 3, 1: 1, 2: 1 };
    const [unknown, empty] = [
      { ...quiet, classWeight: { ...known, 7: 9 } },
      { ...quiet, classWeight: [] },
    ];
    const [theirs, plain] = [classes(), classes()];
    await theirs.fit(four(), labels(), unknown);
    await plain.fit(four(), labels(), { ...quiet, classWeight: known });
    expect(weightOf(theirs)).toBe(weightOf(plain));
    await classes().fit(four(), labels(), empty);
    for (const options of [unknown, empty])
      await expectCode(ours(classes()).fit(four(), labels(), options), "OPTION_INVALID");
  },
  "int32-labels": async () => {
    const loss = "sparseCategoricalCrossentropy";
    const y = tf.tensor2d([0, 1, 2, 0], [4, 1], "int32");
    await expect(classes({ loss }).fit(four(), y, quiet)).rejects.toThrow("float32");
    const [mine, theirs] = [classes({ loss }), classes({ loss })];
    await ours(mine).fit(four(), y, quiet);
    await theirs.fit(four(), y.toFloat(), quiet);
    expect(weightOf(mine)).toBeCloseTo(weightOf(theirs), 6);
  },
  "steps-per-epoch": async () => {
    const x = column(1, 2);
    const options = { ...quiet, batchSize: 1, stepsPerEpoch: 3, epochs: 2 };
    const [theirs, mine] = [line(), line()];
    await theirs.fit(x, x, options);
    expect(weightOf(theirs)).toBeCloseTo(await byHand([1], [2], [1], [2]), 5);
    const { history } = await ours(mine).fit(x, x, options);
    expect(history.loss).toHaveLength(2);
    expect(weightOf(mine)).toBeCloseTo(await byHand([1], [2], [1], [2], [1], [2]), 5);
  },
  "class-weight-of-positions": async () => {
    const [x, y] = [tf.zeros([1, 2, 1]), tf.tensor3d([[[0], [1]]])];
    const options = { ...quiet, classWeight: { 0: 1, 1: 5 } };
    await expect(tagger().fit(x, y, options)).rejects.toThrow("rank");
    const { history } = await ours(tagger()).fit(x, y, options);
    expect(history.loss?.[0]).toBeCloseTo(((1 + 5) / 2) * Math.log(2), 5);
  },
  "labels-out-of-range": async () => {
    const loss = "sparseCategoricalCrossentropy";
    const y = column(1, 2, 3, 1);
    const { history } = await classes({ loss }).fit(four(), y, quiet);
    expect(history.loss?.[0]).toBeGreaterThan(0);
    await expectCode(ours(classes({ loss })).fit(four(), y, quiet), "DATASET_INVALID");
  },
  "validation-steps": async () => {
    const held = [column(1, 2), column(1, 1)] as [tf.Tensor2D, tf.Tensor2D];
    const options = { ...quiet, validationData: held, batchSize: 1 };
    const first = { validationSteps: 1, validationBatchSize: 1 };
    const { history } = await ours(line()).fit(column(1), column(1), { ...options, ...first });
    // w is 0.2 then: (1 − 0.2)², without (1 − 0.4)²
    expect(history.val_loss?.[0]).toBeCloseTo(0.64, 6);
    const rows = tf.data.array([{ xs: [1], ys: [1] }]).batch(1);
    const { history: theirs } = await line().fitDataset(rows, {
      ...{ ...quiet, epochs: 1, validationData: held, validationBatches: 1 },
    });
    expect(theirs.val_loss?.[0]).toBeCloseTo((0.64 + 0.36) / 2, 6);
  },
  "unknown-options": async () => {
    const options = { ...quiet, batchsize: 1 } as object;
    await line().fit(column(1), column(1), options);
    await expectCode(ours(line()).fit(column(1), column(1), options), "OPTION_INVALID");
  },
} as const satisfies Readonly<Record<string, Show>>;
