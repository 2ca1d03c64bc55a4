import * as tf from "@tensorflow/tfjs";
import { cpu } from "@unequal/backends";
import {
  constantTime,
  constantVariance,
  createRandom,
  effectiveBatch,
  linear,
  setUpPart,
} from "@unequal/core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { classes, classifier, line, quiet, SIZE, uniform } from "../../testing/fit-fixtures.js";
import { ImportanceTraining } from "../importance-training.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

test("events tell where the run begins and ends, and what validation found", async () => {
  const training = new ImportanceTraining(line());
  const got: unknown[] = [];
  training.on("run:start", ({ type, seed }) => got.push([type, seed]));
  training.on("evaluation:end", ({ type, split }) => got.push([type, split]));
  training.on("run:end", ({ type, progress }) => got.push([type, progress.update]));
  await training.fit([[1], [2], [3]], [[1], [2], [3]], {
    ...quiet,
    ...{ epochs: 2, batchSize: 1, validationSplit: 0.3 },
  });
  expect(got).toEqual([
    ["run:start", 0],
    ["evaluation:end", "validation"],
    ["evaluation:end", "validation"],
    ["run:end", 4],
  ]);
});

test("a program repeats itself, and its second fit goes on with new random numbers", async () => {
  const { x, y } = classes();
  const program = async (): Promise<number[][]> => {
    const training = new ImportanceTraining(classifier());
    const drawn: number[][] = [];
    training.on("batch:selected", ({ ids }) => drawn.push([...ids]));
    await training.fit(x, y, { ...quiet, batchSize: SIZE / 2 });
    await training.fit(x, y, { ...quiet, batchSize: SIZE / 2 });
    return drawn;
  };
  const drawn = await program();
  expect(drawn).toHaveLength(4);
  expect(new Set(drawn.map((ids) => ids.join())).size).toBe(4);
  expect(await program()).toEqual(drawn);
});

test("what was chosen is printed, and a line for each epoch, unless verbose is 0", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await new ImportanceTraining(line()).fit([[1], [2]], [[1], [2]], { epochs: 2 });
  expect(log.mock.calls.map(([text]) => String(text))).toEqual([
    "Importance sampling: sampler proportional, scorer upper-bound, gate tau, sizer fixed, rate effective-batch, presample 2, scoring auto.",
    expect.stringMatching(/^epoch 1\/2 · loss /),
    expect.stringMatching(/^epoch 2\/2 · loss /),
  ]);
  log.mockRestore();
});

describe("what a user should know is printed", () => {
  function normalized(): tf.Sequential {
    const model = tf.sequential();
    model.add(tf.layers.batchNormalization({ inputShape: [1] }));
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    return model;
  }
  const x = [[1], [2]];

  test("once, however often fit is called, and not where verbose is 0", async () => {
    const [log, warn] = [vi.spyOn(console, "log"), vi.spyOn(console, "warn")];
    for (const spy of [log, warn]) spy.mockImplementation(() => undefined);
    try {
      await new ImportanceTraining(normalized()).fit(x, x, quiet);
      expect(warn).not.toHaveBeenCalled();
      const training = new ImportanceTraining(normalized());
      training.on("step:end", () => {
        throw new Error("from a listener");
      });
      for (let fit = 0; fit < 3; fit++) await training.fit(x, x);
      expect(warn.mock.calls.map(([text]) => String(text))).toEqual([
        expect.stringMatching(/BatchNormalization/),
        'A listener of "step:end" failed: from a listener',
      ]);
    } finally {
      for (const spy of [log, warn]) spy.mockRestore();
    }
  });
});

describe("the importance columns are", () => {
  const options = { ...quiet, batchSize: 20, epochs: 2 };

  test("of importance updates the share 1 and the means of 1/Σp²", async () => {
    const { x, y } = classes();
    const training = new ImportanceTraining(classifier(), { gate: "always", presample: 60 });
    const sizes: number[] = [];
    training.on("batch:scored", ({ scores }) => {
      const total = scores.reduce((sum, score) => sum + score, 0);
      sizes.push(1 / scores.reduce((sum, score) => sum + (score / total) ** 2, 0));
    });
    const { history } = await training.fit(x, y, options);
    const mean = (from: number): number =>
      sizes.slice(from, from + 6).reduce((sum, size) => sum + size, 0) / 6;
    expect(history.importance_share).toEqual([1, 1]);
    expect(history.effective_sample_size?.[0]).toBeCloseTo(mean(0), 3);
    expect(history.effective_sample_size?.[1]).toBeCloseTo(mean(6), 3);
  });

  test("of uniform updates the share 0 and the means of tau and B / tau", async () => {
    const { x, y } = classes();
    const training = new ImportanceTraining(classifier(), { gate: "never", presample: 60 });
    const taus: number[] = [];
    training.on("step:end", ({ estimate }) => taus.push(estimate?.tau ?? NaN));
    const { history } = await training.fit(x, y, { ...options, epochs: 1 });
    expect(history.importance_share).toEqual([0]);
    expect(history.tau?.[0]).toBeCloseTo(taus.reduce((sum, tau) => sum + tau) / 6, 10);
    expect(history.effective_sample_size?.[0]).toBeCloseTo(
      taus.reduce((sum, tau) => sum + 60 / tau, 0) / 6,
      10,
    );
  });

  test("of the sizes in force where a sizer changes them", async () => {
    const { x, y } = classes();
    const sizer = constantVariance({ form: "slides", extra: 0, smoothing: 0 });
    const training = new ImportanceTraining(classifier(), { gate: "always", sizer });
    const counts = new Set<number>();
    training.on("step:start", ({ candidates, count }) => {
      expect(candidates).toBe(20);
      counts.add(count);
    });
    const { history } = await training.fit(x, y, options);
    expect(counts.size).toBeGreaterThan(1);
    expect(history.effective_sample_size?.[0]).toBeLessThan(20);
  });

  test("of uniform updates B / tau with the B that the sizer chose", async () => {
    const { x, y } = classes();
    const training = new ImportanceTraining(classifier(), {
      gate: "never",
      sizer: constantTime({ ratio: linear(0, 0.2) }),
    });
    const sizes: number[] = [];
    const chosen = new Set<number>();
    training.on("step:end", ({ estimate }) => {
      if (estimate === undefined) return;
      chosen.add(estimate.candidates);
      sizes.push(estimate.candidates / estimate.tau);
    });
    const { history } = await training.fit(x, y, { ...options, epochs: 1 });
    expect(chosen.size).toBeGreaterThan(1);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(history.effective_sample_size?.[0]).toBeCloseTo(mean, 10);
  });

  test("left out where the sampler does not draw by score", async () => {
    const { x, y } = classes();
    for (const sampler of ["uniform", "online-batch-selection"]) {
      const { history } = await new ImportanceTraining(classifier(), { sampler }).fit(x, y, quiet);
      expect(Object.keys(history)).toEqual(["loss", "acc"]);
    }
  });
});

describe("the column rate is", () => {
  const options = { ...quiet, batchSize: 20, epochs: 2 };
  const rate = effectiveBatch({ rise: 1.5 });

  test("the mean of what the learning rate was multiplied with", async () => {
    const { x, y } = classes();
    const training = new ImportanceTraining(classifier(), { gate: "always", presample: 60, rate });
    const rates: number[] = [];
    training.on("step:end", (event) => rates.push(event.rate ?? 1));
    const { history } = await training.fit(x, y, { ...options, epochs: 10 });
    const mean = (from: number): number =>
      rates.slice(from, from + 6).reduce((sum, each) => sum + each, 0) / 6;
    expect(Math.max(...rates)).toBeGreaterThan(1);
    expect(history.rate?.[8]).toBeCloseTo(mean(48), 10);
    expect(history.rate?.[9]).toBeCloseTo(mean(54), 10);
  });

  test("1 where every update is uniform, or the rate fixed", async () => {
    const { x, y } = classes();
    const never = { gate: "never", presample: 60 } as const;
    const scaled = await new ImportanceTraining(classifier(), { ...never, rate }).fit(
      x,
      y,
      options,
    );
    expect(scaled.history.rate).toEqual([1, 1]);
    const { history } = await new ImportanceTraining(classifier(), {
      gate: "always",
      scoring: "inline",
    }).fit(x, y, options);
    expect(history.importance_share).toEqual([1, 1]);
    expect(history.rate).toEqual([1, 1]);
  });
});

describe("where validation is past its best", () => {
  /** Points whose class is by chance, so that they can only be learnt by heart. */
  const random = createRandom(2);
  const x = Array.from({ length: 24 }, () => Array.from({ length: 6 }, () => random.uniform()));
  const y = x.map(() => {
    const label = random.integer(3);
    return [0, 1, 2].map((at) => Number(at === label));
  });
  const notes = async (epochs: number): Promise<string[]> => {
    const training = new ImportanceTraining(classifier(tf.train.adam(0.03)), uniform);
    const told: string[] = [];
    training.on("warning", ({ message }) => told.push(message));
    await training.fit(x, y, { ...quiet, epochs, batchSize: 4, validationSplit: 0.5 });
    return told;
  };

  test("a note says in which epoch, and what to do", async () => {
    expect(await notes(60)).toEqual([
      expect.stringMatching(/^The validation loss was best in epoch \d+, and is [\d.,]+ times/),
    ]);
  });

  test("a fit that has hardly begun has none", async () => {
    expect(await notes(3)).toEqual([]);
  });
});

test("an update whose rows were all left out does not count as a loss of 0", async () => {
  const fit = (x: readonly number[][]) =>
    new ImportanceTraining(line(), { sampler: "uniform", nonFinite: "skip" }).fit(
      x.map((row) => [...row]),
      [[1], [1], [1], [1]],
      { ...quiet, batchSize: 2, shuffle: false },
    );
  // by hand: the weights are 0 when the second batch, whose targets are 1, is trained on
  expect((await fit([[NaN], [NaN], [1], [1]])).history.loss).toEqual([1]);
  expect((await fit([[NaN], [NaN], [NaN], [NaN]])).history.loss).toEqual([NaN]);
});
