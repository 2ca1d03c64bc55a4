import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { createLearner, wasm } from "@unequal/backends";
import {
  always,
  createTrainer,
  setUpPart,
  type ScoringOption,
  type Trainer,
  type UnequalEvent,
} from "@unequal/core";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { ImportanceTraining } from "unequal";
import { beforeAll, describe, expect, test } from "vitest";
import { noisyClasses, smallClassifier } from "./classifier.js";

const { x, y, dataset } = noisyClasses();
const TENSORFLOW = pathToFileURL(createRequire(import.meta.url).resolve("@tensorflow/tfjs")).href;

/** Asks the thread of a replica to be slow from now on. */
const SLOW = "unequal-slow";

/** A module that registers the layer Passing, and what that does when it is called the nth time. */
function moduleOf(inCall: string): string {
  return `data:text/javascript,${encodeURIComponent(`
    import tf from ${JSON.stringify(TENSORFLOW)};
    let calls = 0;
    const sleep = (milliseconds) =>
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    export class Passing extends tf.layers.Layer {
      static className = "Passing";
      computeOutputShape(shape) { return shape; }
      call(inputs) { calls += 1; ${inCall}; return [inputs].flat()[0]; }
    }
    tf.serialization.registerClass(Passing);`)}`;
}

beforeAll(async () => {
  await setUpPart("backend", wasm()).start();
});

/** A seeded classifier with the layer Passing in it, and what that does on this thread. */
async function passingClassifier(inCall = ""): Promise<tf.Sequential> {
  const { Passing } = (await import(/* @vite-ignore */ moduleOf(inCall))) as {
    Passing: new () => tf.layers.Layer;
  };
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 32, activation: "relu", inputShape: [40], kernelInitializer }),
      new Passing(),
      tf.layers.dense({ units: 5, activation: "softmax", kernelInitializer }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.003), loss: "categoricalCrossentropy" });
  return model;
}

function start(model: tf.LayersModel, scoring: ScoringOption): Trainer {
  return createTrainer({
    learner: createLearner(model),
    dataset,
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 32,
    presample: 96,
    scoring,
  });
}

/** What a run told of its draws and losses, and of trouble. */
async function run(model: tf.LayersModel, scoring: ScoringOption, updates = 30) {
  const trainer = start(model, scoring);
  const told: unknown[] = [];
  const trouble: UnequalEvent<"warning">[] = [];
  const ages: (number | undefined)[] = [];
  trainer.events.on("batch:scored", ({ ids, scores, age }) => told.push([ids, scores, age]));
  trainer.events.on("batch:selected", ({ ids, coefficients }) => told.push([ids, coefficients]));
  trainer.events.on("step:end", ({ loss, age }) => {
    told.push(loss);
    ages.push(age);
  });
  trainer.events.on("warning", (event) => trouble.push(event));
  await trainer.run({ updates });
  await trainer.dispose();
  return { told, ages, trouble };
}

function threads(): readonly string[] {
  return process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name));
}

test(
  "ten runs on threads with artificial delays tell the same, bit for bit",
  {
    timeout: 180_000,
  },
  async () => {
    const tellings: unknown[] = [];
    for (let round = 0; round < 10; round++) {
      const modules = [moduleOf(`sleep((calls * ${round}) % 7)`)];
      const { told, ages } = await run(await passingClassifier(), { name: "background", modules });
      expect(ages).toEqual([0, ...Array.from({ length: 29 }, () => 1)]);
      tellings.push(told);
    }
    for (const other of tellings.slice(1)) expect(other).toEqual(tellings[0]);
  },
);

describe("whatever becomes of its thread, a run ends right", () => {
  test.each([
    ["killed", "if (calls === 8) process.exit(3)", "exit code 3"],
    ["throwing", "if (calls === 8) throw new Error('trouble')", "trouble"],
    [
      "throwing outside of a request",
      "if (calls === 8) setTimeout(() => { throw new Error('astray'); })",
      "astray",
    ],
  ])("a thread that is %s: the rest is scored inline", async (_, inCall, reason) => {
    const scoring = { name: "background", modules: [moduleOf(inCall)] } as const;
    const { ages, trouble } = await run(await passingClassifier(), scoring);
    expect(ages).toHaveLength(30);
    expect(ages[0]).toBe(0);
    expect(ages.slice(1, 6)).toEqual([1, 1, 1, 1, 1]);
    expect(ages.slice(-15)).toEqual(new Array(15).fill(0));
    expect(trouble).toMatchObject([{ code: "SCORING_FAILED" }]);
    expect(trouble[0]?.message).toContain(reason);
  });

  test("one that is slow by far is waited for where it was asked for", async () => {
    const modules = [moduleOf("if (calls > 30) sleep(100)")];
    const { ages, trouble } = await run(
      await passingClassifier(),
      { name: "background", modules },
      40,
    );
    expect(ages).toEqual([0, ...Array.from({ length: 39 }, () => 1)]);
    expect(trouble).toEqual([]);
  });

  test("one that becomes slow by far is left by auto", { timeout: 180_000 }, async () => {
    const modules = [
      moduleOf(`
        globalThis.slow ??= new BroadcastChannel("${SLOW}");
        slow.onmessage = () => { slow.heard = true; };
        if (slow.heard) sleep(500);`),
    ];
    const model = await passingClassifier("if ([inputs].flat()[0].shape[0] > 32) sleep(100)");
    const trainer = start(model, { name: "auto", modules });
    let mode = "inline";
    const trouble: unknown[] = [];
    const ages: (number | undefined)[] = [];
    trainer.events.on("scoring:switched", (event) => ({ mode } = event));
    trainer.events.on("warning", (event) => trouble.push(event));
    trainer.events.on("step:end", ({ age }) => ages.push(age));
    const stepUntil = async (wanted: string): Promise<void> => {
      const end = ages.length + 500;
      while (mode !== wanted && ages.length < end) await trainer.step();
      expect(mode).toBe(wanted);
    };
    await stepUntil("background");
    for (let update = 0; update < 3; update++) await trainer.step();
    expect(ages.at(-1)).toBe(1);
    const slow = new BroadcastChannel(SLOW);
    slow.postMessage("slow");
    await stepUntil("inline");
    for (let update = 0; update < 20; update++) await trainer.step();
    slow.close();
    await trainer.dispose();
    expect(ages.slice(-20)).toEqual(new Array(20).fill(0));
    expect(trouble).toEqual([]);
  });

  test("one that never answers is given up after the time allowed", async () => {
    const modules = [moduleOf("if (calls > 5) sleep(1e8)")];
    // a thread may take some seconds to start
    const scoring = { name: "background", modules, timeout: 10 } as const;
    const { ages, trouble } = await run(await passingClassifier(), scoring);
    expect(ages.slice(-20)).toEqual(new Array(20).fill(0));
    expect(trouble).toMatchObject([{ code: "SCORING_FAILED" }]);
    expect(threads()).toEqual([]);
  });
});

test("a thread that never starts is given up after the time allowed, and is gone", async () => {
  const hanging = "setInterval(() => {}, 1e3); await new Promise(() => {});";
  const modules = [`data:text/javascript,${encodeURIComponent(hanging)}`];
  const scoring = { name: "background", modules, timeout: 3 } as const;
  const { ages, trouble } = await run(await passingClassifier(), scoring);
  expect(ages).toEqual(new Array(30).fill(0));
  expect(trouble).toMatchObject([{ code: "SCORING_FAILED" }]);
  expect(threads()).toEqual([]);
});

test(
  "fifty runs in one process leave no thread, no tensor and no memory",
  { timeout: 600_000 },
  async () => {
    const model = smallClassifier();
    const training = new ImportanceTraining(model, {
      gate: always(),
      presample: 96,
      scoring: "background",
    });
    const options = { batchSize: 32, epochs: 1, stepsPerEpoch: 6, verbose: 0 } as const;
    const fit = () => training.fit(x, y, options);
    const measure = () => ({
      tensors: tf.memory().numTensors,
      threads: threads().length,
      bytes: process.memoryUsage().rss,
    });
    for (let round = 0; round < 2; round++) await fit();
    const before = measure();
    for (let round = 0; round < 50; round++) await fit();
    const after = measure();
    expect(after.tensors).toBe(before.tensors);
    expect(after.threads).toBe(0);
    // a replica takes some 60 MB; fifty that stayed would be 3 GB
    expect(after.bytes - before.bytes).toBeLessThan(500e6);
  },
);
