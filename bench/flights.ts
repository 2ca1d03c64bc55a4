/**
 * Whether the gate is deceived by what steps cost before everything is compiled: a table of 1,500,000 flights, one-liner,
 * 44-128-64-1, b = 128, Adam; each arm in a process of its own, so that it begins cold, taking turns of two seconds. An arm's
 * steps are stated over uniform's of the same round; and when importance sampling was switched, and the price and gain then.
 *
 *   npm run build:quiet && node --import tsx --conditions=@unequal/source bench/flights.ts [rounds, 5] [seconds of an arm, 40]
 */
import * as tf from "@tensorflow/tfjs";
import { backendsPlugin } from "@unequal/backends";
import { Registry, setUpPart } from "@unequal/core";
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ImportanceTraining, type ImportanceTrainingOptions } from "unequal";
import { readFlights } from "./flights/read-flights.js";
import { LAYERS } from "./layers.js";
import { createTurns, type Turns } from "./one-liner/turns.js";

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

/** Seconds of a turn. */
const SLICE = 2;

/** Hands the turn back to the parent process, until it gives another; tells whether there is one. */
async function nextTurn(): Promise<boolean> {
  process.send?.("turn over");
  const [goesOn] = (await once(process, "message")) as [boolean];
  return goesOn;
}

function build(): tf.LayersModel {
  const model = tf.sequential({ layers: LAYERS.flights(0) });
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
  return model;
}

async function train(arm: string): Promise<Outcome> {
  await setUpPart("backend", "wasm", { registry: new Registry([backendsPlugin]) }).start();
  const [flights, others] = [await readFlights(0, 2), await readFlights(1, 30)];
  const model = build();
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
  let since: number | undefined;
  await training.fit(x, y, {
    batchSize: 128,
    epochs: 100,
    verbose: 0,
    callbacks: {
      onTrainBegin: async () => {
        await nextTurn();
        since = performance.now();
      },
      onBatchEnd: async () => {
        steps += 1;
        if (performance.now() - (since ?? 0) < 1000 * SLICE) return;
        model.stopTraining = !(await nextTurn());
        since = performance.now();
      },
    },
  });
  const testX = tf.tensor2d(others.x, [others.rows, others.features]);
  const loss = model.evaluate(testX, tf.tensor2d(others.y, [others.rows, 1])) as tf.Scalar;
  const testLoss = loss.dataSync()[0] as number;
  return { steps, importance, testLoss, switches, scoring, on: [early, on] };
}

/** Makes what resolves once it was called so many times. */
function allOf(count: number): () => Promise<void> {
  let left = count;
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    if (--left === 0) open();
    return opened;
  };
}

/** Trains an arm in a process of its own, by turns, for so many seconds; it is evaluated when the others have ended, too. */
async function inProcess(
  arm: string,
  { turns, seconds, ended }: { turns: Turns<string>; seconds: number; ended: () => Promise<void> },
): Promise<Outcome> {
  const child = fork(fileURLToPath(import.meta.url), ["arm", arm]);
  for (let begun = false; ; begun = true) {
    const [message] = (await once(child, "message")) as ["turn over" | Outcome];
    if (message !== "turn over") return message;
    if (begun) await turns.next(arm);
    else {
      await turns.take(arm);
      turns.reset(arm);
    }
    const goesOn = turns.seconds(arm) < seconds;
    if (!goesOn) {
      turns.leave(arm);
      await ended();
    }
    child.send(goesOn);
  }
}

const [first = "5", second = "40"] = process.argv.slice(2);
if (first === "arm") {
  const outcome = await train(second);
  process.send?.(outcome, () => process.exit());
  await new Promise(() => {});
}
console.log(
  "| round | arm | steps | over uniform's | by importance | on at 500, at the end | test loss |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- |");
const names = Object.keys(ARMS);
const told: string[] = [];
for (let round = 1; round <= Number(first); round++) {
  const turns = createTurns(names, SLICE);
  const ended = allOf(names.length);
  const outcomes = await Promise.all(
    names.map((arm) => inProcess(arm, { turns, seconds: Number(second), ended })),
  );
  outcomes.forEach(({ steps, importance, testLoss, on, scoring, switches }, at) => {
    const arm = names[at] as string;
    const ratio = (steps / (outcomes[0] as Outcome).steps).toFixed(3);
    const cells = [round, arm, steps, ratio, importance, on.join(", "), testLoss.toFixed(5)];
    console.log(`| ${cells.join(" | ")} |`);
    told.push(...[...scoring, ...switches].map((line) => `${round} ${arm}: ${line}`));
  });
}
console.log(`\n${told.join("\n")}`);
