import * as tf from "@tensorflow/tfjs";
import { cpu } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { line, quiet, uniform } from "../../testing/fit-fixtures.js";
import { ImportanceTraining } from "../importance-training.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

describe("bad input is a coded error", () => {
  const x = [[1], [2], [3]];
  const y = [[1], [2], [3]];
  const uncompiled = (): tf.Sequential =>
    tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  test.each([
    ["MODEL_NOT_COMPILED", () => new ImportanceTraining(uncompiled()).fit(x, y, quiet)],
    [
      "SHAPE_MISMATCH",
      () =>
        new ImportanceTraining(line()).fit(
          x,
          [
            [1, 2],
            [1, 2],
            [1, 2],
          ],
          quiet,
        ),
    ],
    ["DATASET_INVALID", () => new ImportanceTraining(line()).fit(x, [[1]], quiet)],
    [
      "OPTION_INVALID",
      () => new ImportanceTraining(line()).fit(x, y, { ...quiet, bacthSize: 3 } as never),
    ],
    [
      "UNKNOWN_NAME",
      () => new ImportanceTraining(line(), { sampler: "propotional" }).fit(x, y, quiet),
    ],
    [
      "BATCH_LARGER_THAN_POOL",
      () => new ImportanceTraining(line(), { presample: 1 }).fit(x, y, quiet),
    ],
    [
      "OPTION_INVALID",
      () =>
        new ImportanceTraining(line(), { gate: "always", costs: { backward: 2 } }).fit(x, y, quiet),
    ],
    [
      "SCORER_UNUSED",
      () => new ImportanceTraining(line(), { sampler: "uniform", scorer: "loss" }).fit(x, y, quiet),
    ],
    [
      "SIGNAL_UNAVAILABLE",
      () => {
        const scorer = "upper-bound";
        return new ImportanceTraining(line("meanAbsoluteError"), { scorer }).fit(x, y, quiet);
      },
    ],
    [
      "LOSS_NOT_FINITE",
      () => new ImportanceTraining(line(), uniform).fit([[1], [NaN], [3]], y, quiet),
    ],
    [
      "SCORE_NOT_FINITE",
      () => new ImportanceTraining(line(), { gate: "always" }).fit([[1], [NaN], [3]], y, quiet),
    ],
    ["DATASET_EMPTY", () => new ImportanceTraining(line()).fitDataset([], quiet)],
    ["DATASET_INVALID", () => new ImportanceTraining(line()).fit(undefined as never, y, quiet)],
    ["DATASET_INVALID", () => new ImportanceTraining(line()).fit(x, null as never, quiet)],
    [
      "DATASET_INVALID",
      () => new ImportanceTraining(line()).fit(tf.data.array(x) as never, y, quiet),
    ],
    ["DATASET_INVALID", () => new ImportanceTraining(line()).fitDataset(tf.ones([2]) as never)],
    [
      "DATASET_INVALID",
      () => new ImportanceTraining(line()).fit(x, y, { ...quiet, validationData: {} as never }),
    ],
    [
      "DATASET_TOO_LARGE",
      () => new ImportanceTraining(line()).fitDataset(tf.data.array(x).repeat() as never, quiet),
    ],
    [
      "OPTION_INVALID",
      () => new ImportanceTraining(line()).fit(x, y, { ...quiet, callbacks: 3 as never }),
    ],
    [
      "OPTION_INVALID",
      () => new ImportanceTraining(line()).fit(x, y, { ...quiet, classWeight: [] }),
    ],
  ])("%s", async (code, run) => {
    await expect(run()).rejects.toThrow(expect.objectContaining({ code }) as Error);
  });

  test.each([
    ["MODEL_UNSUPPORTED", /tf\.LayersModel/, () => new ImportanceTraining(undefined as never)],
    [
      "OPTION_INVALID",
      /"smapler" \(did you mean "sampler"\?\)/,
      () => new ImportanceTraining(line(), { smapler: "uniform" } as never),
    ],
    ["OPTION_INVALID", /presample/, () => new ImportanceTraining(line(), { presample: 2.5 })],
  ])("%s, already where it is made: %s", (code, message, run) => {
    expect(run).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
    );
  });

  test("OPTION_INVALID: class weights and several outputs", async () => {
    const input = tf.input({ shape: [1] });
    const outputs = [1, 2].map(
      () => tf.layers.dense({ units: 1 }).apply(input) as tf.SymbolicTensor,
    );
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await expect(
      new ImportanceTraining(model).fit(x, [tf.tensor2d(y), tf.tensor2d(y)], {
        ...quiet,
        classWeight: { 0: 1 },
      }),
    ).rejects.toThrow(expect.objectContaining({ code: "OPTION_INVALID" }) as Error);
  });

  test("an uncompiled model is found before a stream is read", async () => {
    let read = 0;
    const stream = {
      *[Symbol.iterator](): Generator {
        read++;
        yield [[1], [1]];
      },
    };
    await expect(new ImportanceTraining(uncompiled()).fitDataset(stream, quiet)).rejects.toThrow(
      expect.objectContaining({ code: "MODEL_NOT_COMPILED" }) as Error,
    );
    expect(read).toBe(0);
  });

  test("FIT_RUNNING: one fit at a time", async () => {
    const model = line();
    const first = new ImportanceTraining(model).fit(x, y, quiet);
    await expect(new ImportanceTraining(model).fit(x, y, quiet)).rejects.toThrow(
      expect.objectContaining({ code: "FIT_RUNNING" }) as Error,
    );
    await first;
  });
});
