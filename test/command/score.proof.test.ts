import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents } from "./events-file.js";
import { runCommand, type Outcome } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

/** A reporter that writes the ids trained on, a line a batch. */
const WATCH = `
import { appendFileSync } from "node:fs";
import { definePlugin, defineReporter } from "@unequal/core";
const watch = defineReporter({
  name: "watch",
  summary: "Writes the ids trained on.",
  setup: () => ({
    attach: (events) => {
      events.on("batch:selected", ({ ids }) => appendFileSync("ids.txt", [...ids].join(" ") + "\\n"));
    },
    close: () => {},
  }),
});
export const plugin = definePlugin({ name: "watch", apiVersion: 1, parts: [watch] });
`;
const SIZE = 640;
const HALF = 320;

let place: Workplace;
beforeAll(async () => {
  place = workplace({
    "whole.json": TINY,
    "holdout.json": { ...TINY, dataset: { name: "slice", of: TINY.dataset, from: HALF } },
    "half.json": {
      ...TINY,
      dataset: { name: "slice", of: TINY.dataset, to: HALF },
      scorer: "rho-loss",
      gate: "always",
      signals: [{ name: "by-id", signal: "irreducible-loss", file: "holdout-loss.json" }],
    },
    "watch.ts": WATCH,
    "bare.json": {
      ...TINY,
      sampler: { name: "prune", signal: "el2n", keep: 0.25 },
      plugins: ["./watch.ts"],
      reporters: ["watch"],
    },
    "pruned.json": {
      extends: "./bare.json",
      signals: [{ name: "by-id", signal: "el2n", file: "el2n.json" }],
    },
  });
  for (const [config, seed, out] of [
    ["whole.json", "1", "runs/a"],
    ["whole.json", "2", "runs/b"],
    ["holdout.json", "0", "runs/holdout"],
  ] as const)
    await succeed("train", config, "--sampler", "uniform", "--seed", seed, "--out", out, "--quiet");
}, 60_000);
afterAll(() => place.dispose());

async function succeed(...args: string[]): Promise<Outcome> {
  const outcome = await runCommand(args, place.folder);
  expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: "" });
  return outcome;
}

function numbers(file: string): number[] {
  return JSON.parse(readFileSync(place.file(file), "utf8")) as number[];
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

async function scored(out: string, ...args: string[]): Promise<number[]> {
  await succeed("score", ...args, "--out", out);
  return numbers(out);
}

test("scores every training example by its loss, whose mean is the run's training loss", async () => {
  const { stdout } = await succeed("score", "runs/a", "--out", "loss.json", "--json");
  const losses = numbers("loss.json");
  expect(losses).toHaveLength(SIZE);
  expect(JSON.parse(stdout)).toEqual({
    runs: ["runs/a"],
    by: "loss",
    dataset: "mnist",
    examples: SIZE,
    mean: expect.closeTo(meanOf(losses), 6) as number,
    least: expect.closeTo(Math.min(...losses), 6) as number,
    most: expect.closeTo(Math.max(...losses), 6) as number,
    out: "loss.json",
  });
  const evaluation = readEvents(place.file("runs/a/events.jsonl")).find(
    (event) => event["split"] === "train",
  );
  expect(meanOf(losses)).toBeCloseTo(evaluation?.["loss"] as number, 5);
  expect(await scored("signal.json", "runs/a", "--signal", "loss")).toEqual(losses);
});

test("takes the mean over runs", async () => {
  const [a, b] = [
    await scored("a.json", "runs/a", "--scorer", "el2n"),
    await scored("b.json", "runs/b", "--scorer", "el2n"),
  ];
  expect(a).not.toEqual(b);
  const both = await scored("both.json", "runs/a", "runs/b", "--scorer", "el2n");
  both.forEach((value, id) =>
    expect(value).toBeCloseTo(((a[id] as number) + (b[id] as number)) / 2, 6),
  );
});

test("scores with the initial weights", async () => {
  const [initial, trained] = [
    await scored("initial.json", "runs/a", "--scorer", "gradient-norm", "--initial"),
    await scored("trained.json", "runs/a", "--scorer", "gradient-norm"),
  ];
  expect(meanOf(initial)).toBeGreaterThan(2 * meanOf(trained));
});

test("RHO-LOSS: a run on one half, by the losses that a run on the other half finds there", async () => {
  const losses = await scored("holdout-loss.json", "runs/holdout", "--data", "half.json");
  expect(losses).toHaveLength(HALF);
  const { stdout } = await succeed("train", "half.json", "--out", "runs/rho", "--json", "--quiet");
  expect(JSON.parse(stdout)).toMatchObject({ scorer: "rho-loss", importanceSteps: 60 });
  const config = JSON.parse(readFileSync(place.file("runs/rho/config.json"), "utf8")) as object;
  expect(config).toMatchObject({
    dataset: { name: "slice", to: HALF },
    signals: [{ name: "by-id", signal: "irreducible-loss", file: "holdout-loss.json" }],
  });
});

test("prune trains on the best of the scores in a file, named by config or by flag", async () => {
  const scores = await scored("el2n.json", "runs/a", "--scorer", "el2n");
  const best = [...scores.keys()]
    .sort((a, b) => (scores[b] as number) - (scores[a] as number))
    .slice(0, SIZE / 4);
  for (const args of [["pruned.json"], ["bare.json", "--signals", "el2n=el2n.json"]]) {
    writeFileSync(place.file("ids.txt"), "");
    await succeed("train", ...args, "--quiet");
    const ids = readFileSync(place.file("ids.txt"), "utf8").trim().split(/\s+/).map(Number);
    expect(ids).toHaveLength(TINY.maxSteps * TINY.batchSize);
    expect(new Set(ids)).toEqual(new Set(best));
  }
});

const faults: readonly (readonly [code: string, hint: string, ...args: string[]])[] = [
  ["OUTPUT_FAILED", "config.json", "nowhere", "--out", "x.json"],
  ["OUTPUT_FAILED", "Choose another", "runs/a", "--out", "digits/no/x.json"],
  ["UNKNOWN_NAME", 'did you mean "el2n"', "runs/a", "--scorer", "el2m", "--out", "x.json"],
  ["SIGNAL_UNAVAILABLE", "one number", "runs/a", "--signal", "probabilities", "--out", "x.json"],
  ["DATASET_INVALID", "--data", "runs/a", "runs/holdout", "--out", "x.json"],
  ["USAGE", "--out", "runs/a"],
  ["USAGE", "cannot be used", "runs/a", "--signal", "loss", "--scorer", "loss", "--out", "x.json"],
];

describe("each fault is one coded line", () => {
  test.each(faults)("%s: %s", async (code, hint, ...args) => {
    const { code: exit, stdout, stderr } = await runCommand(["score", ...args], place.folder);
    expect(stderr).toContain(hint);
    expect(stderr).toMatch(new RegExp(`^unequal: ${code} .+\\n$`));
    expect(stdout).toBe("");
    expect(exit).toBe(code === "USAGE" ? 2 : 1);
  });

  test.each([
    ["DATASET_INVALID", "has 3", "short.json"],
    ["DATASET_MISSING", "nowhere.json", "nowhere.json"],
  ])("%s: %s", async (code, hint, file) => {
    writeFileSync(place.file("short.json"), "[1, 2, 3]");
    const args = ["train", "whole.json", "--scorer", "loss", "--signals", `s=${file}`];
    const { stderr } = await runCommand(args, place.folder);
    expect(stderr).toContain(hint);
    expect(stderr).toMatch(new RegExp(`^unequal: ${code} .+\\n$`));
  });

  test("USAGE: --signals without a file", async () => {
    const { stderr } = await runCommand(["train", "--signals", "loss"], place.folder);
    expect(stderr).toContain("irreducible-loss=losses.json");
  });
});
