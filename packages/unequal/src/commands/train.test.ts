import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import * as tf from "@tensorflow/tfjs";
import { defineDataset, defineModel, type Dataset } from "@unequal/core";
import { arrays } from "@unequal/datasets";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { UnequalConfig } from "../options/command-options.js";
import { train } from "./train.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "unequal-train-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function column(size: number, width: number): number[][] {
  const value = (row: number, at: number): number => Math.sin(1 + 1.7 * (row * width + at));
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: width }, (_unused, at) => value(row, at)),
  );
}

/** A data set of sequences [3, 2] with a number to predict for each. */
function sequences(train: number, test: number) {
  const split = (size: number): Dataset =>
    arrays(tf.reshape(tf.tensor2d(column(size, 6)), [size, 3, 2]), tf.tensor2d(column(size, 1)));
  return defineDataset({
    name: "sequences",
    summary: "Sequences of numbers.",
    setup: () => ({ load: () => Promise.resolve({ train: split(train), test: split(test) }) }),
  });
}

function modelOf(name: string, build: () => readonly tf.layers.Layer[], loss: string) {
  return defineModel({
    name,
    summary: "A model of a test.",
    setup: () => ({
      build: ({ optimizer }) => {
        const model = tf.sequential({ layers: [...build()] });
        model.compile({ optimizer: optimizer as tf.Optimizer, loss });
        return model;
      },
    }),
  });
}

const absolute = modelOf(
  "absolute",
  () => [tf.layers.flatten({ inputShape: [3, 2] }), tf.layers.dense({ units: 1 })],
  "meanAbsoluteError",
);

const stateful = modelOf(
  "stateful",
  () => [
    tf.layers.gru({ units: 2, stateful: true, batchInputShape: [4, 3, 2] }),
    tf.layers.dense({ units: 1 }),
  ],
  "meanSquaredError",
);

/** Trains for three updates; returns what was printed, and the configuration that was written. */
async function run(
  flags: UnequalConfig,
): Promise<{ readonly text: string; readonly config: Record<string, unknown> }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  await train(
    { stdout, stderr, folder, interruption: signal },
    {
      config: undefined,
      resume: undefined,
      allowChanges: false,
      overwrite: true,
      flags: { backend: "cpu", batchSize: 4, presample: 8, maxSteps: 3, out: "run", ...flags },
      json: false,
      quiet: false,
      verbose: false,
    },
  );
  const text = `${stdout.read() ?? ""}${stderr.read() ?? ""}`;
  const config = JSON.parse(
    readFileSync(path.join(folder, "run", "config.json"), "utf8"),
  ) as Record<string, unknown>;
  return { text, config };
}

const refused = (code: string): unknown => expect.objectContaining({ code });

describe("a default part that the model cannot serve", () => {
  test("gives way to uniform training, with a warning, and the configuration says so", async () => {
    const { text, config } = await run({ model: absolute(), dataset: sequences(8, 4)() });
    expect(text).toMatch(/warning: SIGNAL_UNAVAILABLE The usual scorer .* trained uniformly/);
    expect(config).toMatchObject({ sampler: "uniform", gate: "never" });
    expect(config).not.toHaveProperty("scorer");
  });

  test("gives way where layers keep states, too", async () => {
    const { text, config } = await run({
      model: stateful(),
      dataset: sequences(12, 8)(),
      sizer: "constant-time",
      rate: "effective-batch",
    });
    expect(text).toMatch(/warning: .* keeps states .* trained uniformly.*left out: sizer, rate\./);
    expect(config).toMatchObject({ sampler: "uniform", sizer: "fixed", rate: "fixed" });
  });

  test("is scored by loss where the sampler was named", async () => {
    const { text, config } = await run({
      model: absolute(),
      dataset: sequences(8, 4)(),
      sampler: "proportional",
    });
    expect(text).toMatch(/warning: .* scored by "loss"/);
    expect(config).toMatchObject({ sampler: "proportional", scorer: "loss", gate: "tau" });
  });
});

test("a part that was named stays, and is refused before the first step", async () => {
  const dataset = sequences(8, 4)();
  await expect(run({ model: absolute(), dataset, scorer: "upper-bound" })).rejects.toThrow(
    refused("SIGNAL_UNAVAILABLE"),
  );
  await expect(run({ model: stateful(), dataset, sampler: "proportional" })).rejects.toThrow(
    refused("STATEFUL_MODEL"),
  );
  await expect(run({ model: stateful(), dataset: sequences(8, 6)() })).rejects.toThrow(
    refused("STATEFUL_MODEL"),
  );
});
