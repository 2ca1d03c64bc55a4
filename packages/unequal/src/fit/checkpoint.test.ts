import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { cpu } from "@unequal/backends";
import { setUpPart, type State } from "@unequal/core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { classes, classifier, quiet } from "../../testing/fit-fixtures.js";
import { ImportanceTraining } from "../importance-training.js";
import type { ImportanceTrainingOptions } from "../options/training-options.js";
import type { FitOptions } from "./fit-options.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "unequal-fit-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const training: ImportanceTrainingOptions = {
  gate: "always",
  scoring: "inline",
  rate: { name: "effective-batch", rise: 1.5 },
};
const shape: FitOptions = { ...quiet, batchSize: 6, epochs: 5, validationSplit: 0.2 };
const code = (name: string): Error => expect.objectContaining({ code: name }) as Error;

/** Fits a new model, as a new process would. */
async function fit(options: FitOptions, own: ImportanceTrainingOptions = training) {
  const { x, y } = classes();
  const model = classifier(tf.train.adam(0.02));
  const { epoch, history } = await new ImportanceTraining(model, own).fit(x, y, {
    ...shape,
    ...options,
  });
  const weights = model.getWeights().map((weight) => weight.dataSync());
  return { epoch, history, weights };
}

/** Ends a fit after so many updates, as a signal would. */
function endAfter(updates: number) {
  const controller = new AbortController();
  let made = 0;
  const onBatchEnd = () => {
    if (++made === updates) controller.abort();
  };
  return { signal: controller.signal, callbacks: { onBatchEnd } };
}

describe("a fit that was ended goes on bit for bit", () => {
  test.each([
    ["within an epoch", 17],
    ["after its last update", 16],
    ["in the first", 3],
  ])("%s", async (_, updates) => {
    const whole = await fit({});
    const checkpoint = { dir };
    const part = await fit({ checkpoint, ...endAfter(updates) });
    expect(part.epoch.length).toBeLessThan(5);
    expect(await fit({ checkpoint, resume: true })).toEqual(whole);
  });

  test("also without a signal, from the last checkpoint", async () => {
    const whole = await fit({});
    const checkpoint = { dir, every: "5up" };
    const failing = { onBatchEnd: failAfter(23) };
    await expect(fit({ checkpoint, callbacks: failing })).rejects.toThrow("power cut");
    expect(await fit({ checkpoint, resume: true })).toEqual(whole);
  });

  test("and one that is over gives its history", async () => {
    const whole = await fit({ checkpoint: { dir } });
    expect(await fit({ checkpoint: { dir }, resume: true })).toEqual(whole);
  });

  test("with nothing there yet it starts from its beginning", async () => {
    expect(await fit({ checkpoint: { dir }, resume: true })).toEqual(await fit({}));
  });
});

function failAfter(updates: number) {
  let made = 0;
  return () => {
    if (++made === updates) throw new Error("power cut");
  };
}

test("the second fit of a program goes on as the second", async () => {
  const { x, y } = classes();
  const twice = async (second: FitOptions) => {
    const model = classifier(tf.train.sgd(0.1));
    const own = new ImportanceTraining(model, training);
    await own.fit(x, y, { ...shape, epochs: 1 });
    await own.fit(x, y, { ...shape, ...second });
    return model.getWeights().map((weight) => weight.dataSync());
  };
  const whole = await twice({});
  await twice({ checkpoint: { dir }, ...endAfter(9) });
  const model = classifier(tf.train.sgd(0.1));
  await new ImportanceTraining(model, training).fit(x, y, {
    ...shape,
    checkpoint: { dir },
    resume: true,
  });
  expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(whole);
});

test("early stopping, and callbacks that have a state, go on where they were", async () => {
  const stopping = () =>
    tf.callbacks.earlyStopping({ monitor: "val_loss", patience: 3, minDelta: 10 });
  const counting = () => {
    let batches = 0;
    return {
      onBatchEnd: () => void (batches += 1),
      state: (): State => ({ version: 1, batches }),
      restore: (state: State) => void (batches = state["batches"] as number),
      batches: () => batches,
    };
  };
  const whole = await fit({ epochs: 9, callbacks: [stopping()] });
  expect(whole.epoch).toHaveLength(4);
  const { signal, callbacks } = endAfter(20);
  const first = counting();
  await fit({ epochs: 9, checkpoint: { dir }, signal, callbacks: [stopping(), first, callbacks] });
  expect(first.batches()).toBe(20);
  const second = counting();
  const again = await fit({
    epochs: 9,
    checkpoint: { dir },
    resume: true,
    callbacks: [stopping(), second, {}],
  });
  expect(again).toEqual(whole);
  expect(second.batches()).toBeGreaterThan(20);
});

test("the best by validation loss is kept", async () => {
  const { history } = await fit({ checkpoint: { dir, every: "1ep", keep: 1 } });
  const losses = history.val_loss as number[];
  const best = losses.indexOf(Math.min(...losses)) + 1;
  const steps = readdirSync(dir).map((name) => Number(/\d+/.exec(name)?.[0]) / 16);
  expect(steps.sort()).toEqual([...new Set([best, 5])]);
});

describe("is refused", () => {
  test.each<[string, FitOptions, string]>([
    ["a fit into the folder of another", {}, "FOLDER_TAKEN"],
    ["another batch size", { resume: true, batchSize: 5 }, "RUN_CHANGED"],
    ["other epochs", { resume: true, epochs: 9 }, "RUN_CHANGED"],
  ])("%s", async (_, options, name) => {
    const checkpoint = { dir };
    await fit({ checkpoint, ...endAfter(9) });
    await expect(fit({ checkpoint, ...options })).rejects.toThrow(code(name));
  });

  test("going on from nowhere, or every what is no interval", async () => {
    await expect(fit({ resume: true })).rejects.toThrow(code("OPTION_INVALID"));
    await expect(fit({ checkpoint: { dir, every: "often" } })).rejects.toThrow(
      code("OPTION_INVALID"),
    );
    await expect(fit({ signal: {} as AbortSignal })).rejects.toThrow(code("OPTION_INVALID"));
  });
});
