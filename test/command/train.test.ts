import { readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents } from "./events-file.js";
import { lastLine, runCommand, type Result } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

const KEYS = [
  "backend",
  "sampler",
  "scorer",
  "gate",
  "model",
  "dataset",
  "seed",
  "steps",
  "importanceSteps",
  "seconds",
  "trainLoss",
  "testLoss",
  "testError",
  "tau",
  "effectiveSampleSize",
  "rate",
  "largestRate",
  "out",
  "interrupted",
];

let place: Workplace;
beforeAll(() => {
  place = workplace({
    "unequal.config.json": { ...TINY, gate: { name: "warm-up", updates: 20 } },
    "endless.json": { ...TINY, maxSteps: 10_000_000 },
  });
});
afterAll(() => place.dispose());

test("a run whose rate follows the batch tells by how much", async () => {
  const flags = [
    "train",
    "--rate",
    "effective-batch",
    "--max-steps",
    "160",
    "--out",
    "runs/far",
    "--json",
  ];
  const { stdout, stderr } = await runCommand(flags, place.folder);
  const steps = readEvents(place.file("runs/far/events.jsonl")).filter(
    ({ type, importance }) => type === "step:end" && importance === true,
  );
  const rates = steps.map(({ rate = 1 }) => Number(rate));
  const result = lastLine(stdout);
  expect(result["rate"]).toBeCloseTo(rates.reduce((sum, rate) => sum + rate) / rates.length, 12);
  expect(result["largestRate"]).toBe(Math.max(...rates));
  expect(result["largestRate"]).toBeGreaterThan(1);
  expect(stderr).toMatch(/Importance steps took 1\.\d+ times the learning rate on average/);
});

describe("a run with --out and --json", () => {
  let result: Result;
  let stdout: string;
  let stderr: string;
  beforeAll(async () => {
    const done = await runCommand(["train", "--out", "runs/a", "--json"], place.folder);
    expect(done.code).toBe(0);
    ({ stdout, stderr } = done);
    result = lastLine(stdout);
  });

  test("prints one object on stdout, the rest on stderr", () => {
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(Object.keys(result)).toEqual(KEYS);
    expect(result).toMatchObject({
      backend: "wasm",
      sampler: "proportional",
      scorer: "upper-bound",
      gate: "warm-up",
      steps: 60,
      importanceSteps: 40,
      seed: 0,
      rate: null,
      largestRate: null,
      out: "runs/a",
    });
    expect(stderr).toContain("step 20 | ");
    expect(stderr).toContain("Realised gain");
    expect(stderr).toContain("40 of 60 steps");
    expect(stderr).not.toMatch(/tensorflow|tfjs|warn/i);
  });

  test("learned, and its tau and effective sample size fit each other", () => {
    expect(result.testError).toBeLessThan(0.3);
    const events = readEvents(place.file("runs/a/events.jsonl"));
    const scored = events.filter(({ type }) => type === "batch:scored");
    expect(scored).toHaveLength(40);
    const mean = (key: string): number =>
      scored.reduce((sum, event) => sum + Number(event[key]), 0) / scored.length;
    expect(result["tau"]).toBeCloseTo(mean("tau"), 12);
    expect(result["effectiveSampleSize"]).toBeCloseTo(mean("effectiveSampleSize"), 9);
    for (const { tau, effectiveSampleSize } of scored)
      expect(Number(tau) * Number(effectiveSampleSize)).toBeCloseTo(48, 9);
  });

  test("writes every event with type, step and seconds, without the pools", () => {
    const events = readEvents(place.file("runs/a/events.jsonl"));
    const count = (type: string): number => events.filter((event) => event.type === type).length;
    expect(
      ["run:start", "schedule:switched", "step:end", "evaluation:end", "run:end"].map(count),
    ).toEqual([1, 1, 60, 2, 1]);
    for (const event of events) {
      expect(Number.isInteger(event.step)).toBe(true);
      expect(event.seconds).toBeGreaterThanOrEqual(0);
      expect(event).not.toHaveProperty("scores");
    }
    const test = events.find((event) => event["split"] === "test");
    expect(test).toMatchObject({ loss: result.testLoss, metrics: { error: result.testError } });
    expect(events.find((event) => event["split"] === "train")?.["loss"]).toBe(result["trainLoss"]);
  });

  test("evaluate finds the same loss and error in the saved model", async () => {
    const { code, stdout: out } = await runCommand(["evaluate", "runs/a", "--json"], place.folder);
    expect(code).toBe(0);
    const evaluation = lastLine(out);
    expect(evaluation.testError).toBe(result.testError);
    expect(evaluation.testLoss).toBeCloseTo(result.testLoss, 6);
    const plain = await runCommand(["evaluate", "runs/a"], place.folder);
    expect(plain.stdout).toMatch(/^mlp on mnist: test loss .+, test error .+ %\.\n$/);
  });

  test("config.json is a configuration that repeats the run", async () => {
    const again = await runCommand(
      ["train", "runs/a/config.json", "--json", "--quiet"],
      place.folder,
    );
    expect(lastLine(again.stdout)).toMatchObject({
      trainLoss: result["trainLoss"],
      steps: 60,
      out: null,
    });
    expect(again.stderr).toBe("");
  });

  test("the model loads with TensorFlow.js alone, in two lines", () => {
    const tfjs = createRequire(import.meta.url).resolve("@tensorflow/tfjs");
    const program = `
      const { readFileSync } = require("node:fs");
      const tf = require(${JSON.stringify(tfjs)});
      (async () => {
        const { modelTopology, weightsManifest: [{ weights: weightSpecs }] } = JSON.parse(readFileSync("runs/a/model.json", "utf8"));
        const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData: new Uint8Array(readFileSync("runs/a/weights.bin")).buffer }));
        const images = new Uint8Array(readFileSync("digits/t10k-images-idx3-ubyte")).subarray(16);
        const labels = new Uint8Array(readFileSync("digits/t10k-labels-idx1-ubyte")).subarray(8);
        const x = tf.tensor4d(Float32Array.from(images, (pixel) => pixel / 255), [labels.length, 28, 28, 1]);
        const found = model.predict(x).argMax(-1).dataSync();
        console.log(JSON.stringify(labels.filter((label, row) => label !== found[row]).length / labels.length));
      })();`;
    const error = execFileSync(process.execPath, ["-e", program], {
      cwd: place.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(Number(error)).toBeCloseTo(result.testError, 6);
  });
});

test("without --json people read stdout, and without --out nothing is written", async () => {
  const before = readdirSync(place.folder);
  const { code, stdout, stderr } = await runCommand(["train", "--max-steps", "30"], place.folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Trained mlp on mnist (wasm) for 30 steps");
  expect(readdirSync(place.folder)).toEqual(before);
});

test("--quiet prints nothing", async () => {
  const outcome = await runCommand(["train", "--quiet", "--max-steps", "5"], place.folder);
  expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("unequal plugins lists kinds, options, papers, what is unbiased, and a plugin of the user's", async () => {
  writeFileSync(
    place.file("mine.ts"),
    `import { definePlugin, defineScorer } from "@unequal/core";
     const even = defineScorer({
       name: "even",
       summary: "Every candidate alike.",
       paper: "None 2026",
       facts: { requires: ["loss"] },
       setup: () => ({ score: ({ ids }) => new Float32Array(ids.length).fill(1) }),
     });
     export const plugin = definePlugin({ name: "mine", apiVersion: 1, parts: [even] });`,
  );
  const flags = ["--plugin", "./mine.ts"];
  const { stdout } = await runCommand(["plugins", ...flags, "--json"], place.folder);
  const listed = JSON.parse(stdout) as readonly Record<string, unknown>[];
  expect(listed.find(({ name }) => name === "even")).toEqual({
    kind: "scorer",
    name: "even",
    plugin: "mine",
    summary: "Every candidate alike.",
    paper: "None 2026",
    unbiased: null,
    facts: { requires: ["loss"] },
    options: [],
  });
  const unbiased = (kind: string, name: string): unknown =>
    listed.find((part) => part["kind"] === kind && part["name"] === name)?.["unbiased"];
  expect([unbiased("sampler", "proportional"), unbiased("sampler", "top-loss")]).toEqual([
    true,
    false,
  ]);
  expect([unbiased("weighting", "unbiased"), unbiased("weighting", "capped")]).toEqual([
    true,
    false,
  ]);
  expect([unbiased("estimator", "svrg"), unbiased("gate", "tau")]).toEqual([true, null]);
  const proportional = listed.find(({ name }) => name === "proportional");
  expect(proportional).toMatchObject({
    kind: "sampler",
    options: [
      {
        name: "draw",
        type: expect.stringContaining('"multinomial"') as string,
        default: "systematic",
      },
    ],
  });
  const text = await runCommand(["plugins", ...flags], place.folder);
  expect(text.stdout).toMatch(/^sampler +\(unbiased: with the weighting "unbiased" its steps are/m);
  expect(text.stdout).toMatch(/^ *proportional \(unbiased\) +Candidates/m);
  expect(text.stdout).toMatch(/^ *top-loss +The candidates/m);
  expect(text.stdout).toMatch(/^ *even +Every candidate alike\. +\[mine\]/m);
  const trained = await runCommand(
    ["train", ...flags, "--scorer", "even", "--json", "--quiet"],
    place.folder,
  );
  expect(lastLine(trained.stdout)).toMatchObject({ scorer: "even", importanceSteps: 40 });
});

test("--help and --version answer, and no command shows the help", async () => {
  const version = await runCommand(["--version"], place.folder);
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const help = await runCommand(["train", "--help"], place.folder);
  expect(help.stdout).toContain("--presample <number>");
  const bare = await runCommand([], place.folder);
  expect([version.code, help.code, bare.code]).toEqual([0, 0, 0]);
  expect(bare.stdout).toContain("train [options] [config]");
});
