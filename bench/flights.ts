/**
 * Whether the gate is deceived by what steps cost before everything is compiled: a table of 1,500,000 flights, one-liner,
 * 44-128-64-1, b = 128, Adam; each arm in a process of its own, so that it begins cold, arms in turn. An arm's steps are
 * stated over uniform's of the same round; beside them when importance sampling was switched, and the price and gain then.
 *
 *   npm run build:quiet && node --import tsx --conditions=@unequal/source bench/flights.ts [rounds, 5] [seconds of an arm, 20]
 */
import * as tf from "@tensorflow/tfjs";
import { backendsPlugin } from "@unequal/backends";
import { Registry, setUpPart } from "@unequal/core";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { ImportanceTraining, type ImportanceTrainingOptions } from "unequal";
import { readFlights } from "./flights/read-flights.js";

const ARMS: Record<string, ImportanceTrainingOptions> = {
  uniform: { sampler: "uniform" },
  inline: { scoring: "inline" },
  defaults: {},
};

interface Outcome {
  readonly steps: number;
  readonly importance: number;
  readonly testLoss: number;
  readonly switches: readonly string[];
  readonly scoring: readonly string[];
  /** Whether importance sampling was on at update 500, and at the end. */
  readonly on: readonly [boolean, boolean];
}

const SIZES = [128, 64, 1];

function build(features: number): tf.LayersModel {
  const layers = SIZES.map((units, at) =>
    tf.layers.dense({
      units,
      activation: at < SIZES.length - 1 ? "relu" : "sigmoid",
      kernelInitializer: tf.initializers.heNormal({ seed: at + 1 }),
      ...(at === 0 && { inputShape: [features] }),
    }),
  );
  const model = tf.sequential({ layers });
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
  return model;
}

async function train(arm: string, seconds: number): Promise<Outcome> {
  await setUpPart("backend", "wasm", { registry: new Registry([backendsPlugin]) }).start();
  const [flights, others] = [await readFlights(0, 2), await readFlights(1, 30)];
  const model = build(flights.features);
  const training = new ImportanceTraining(model, ARMS[arm]);
  const switches: string[] = [];
  const scoring: string[] = [];
  let [steps, importance, early, on] = [0, 0, false, false];
  training.on("schedule:switched", (event) => {
    on = event.importance;
    const { gain, threshold } = event.figures as Record<string, number>;
    switches.push(
      `${on ? "on" : "off"} at ${event.step} (gain ${gain?.toFixed(2)}, price ${threshold?.toFixed(2)})`,
    );
  });
  training.on("scoring:switched", ({ step, mode, reason }) =>
    scoring.push(`${mode} at ${step}: ${reason}`),
  );
  training.on("step:end", (event) => {
    importance += Number(event.importance);
    if (event.step === 500) early = on;
  });
  const x = tf.tensor2d(flights.x, [flights.rows, flights.features]);
  const y = tf.tensor2d(flights.y, [flights.rows, 1]);
  let started: number | undefined;
  await training.fit(x, y, {
    batchSize: 128,
    epochs: 100,
    verbose: 0,
    callbacks: {
      onBatchBegin: () => {
        started ??= performance.now();
      },
      onBatchEnd: () => {
        steps += 1;
        if (performance.now() - (started ?? 0) > 1000 * seconds) model.stopTraining = true;
      },
    },
  });
  const testX = tf.tensor2d(others.x, [others.rows, others.features]);
  const loss = model.evaluate(testX, tf.tensor2d(others.y, [others.rows, 1])) as tf.Scalar;
  const testLoss = loss.dataSync()[0] as number;
  return { steps, importance, testLoss, switches, scoring, on: [early, on] };
}

async function inProcess(arm: string, seconds: string): Promise<Outcome> {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), "arm", arm, seconds];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1)) as Outcome;
}

const [first = "5", second = "20", third = "20"] = process.argv.slice(2);
if (first === "arm") {
  console.log(`\n${JSON.stringify(await train(second, Number(third)))}`);
  process.exit();
}
console.log(
  "| round | arm | steps | over uniform's | by importance | on at 500, at the end | test loss |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- |");
const told: string[] = [];
for (let round = 1; round <= Number(first); round++) {
  let uniform = Number.NaN;
  for (const arm of Object.keys(ARMS)) {
    const { steps, importance, testLoss, on, ...why } = await inProcess(arm, second);
    if (arm === "uniform") uniform = steps;
    const cells = [round, arm, steps, (steps / uniform).toFixed(3), importance, on.join(", ")];
    console.log(`| ${[...cells, testLoss.toFixed(5)].join(" | ")} |`);
    told.push(...[...why.scoring, ...why.switches].map((line) => `${round} ${arm}: ${line}`));
  }
}
console.log(`\n${told.join("\n")}`);
