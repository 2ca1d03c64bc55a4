/**
 * What a beginner gains: `new ImportanceTraining(model).fit(…)` against the same with `sampler: "uniform"`, for equal time. The two
 * take turns on one machine, a slice of time each, and every seed begins anew. Uniform training ends after the seconds, or
 * after the epochs that `fit` was asked for; the other after as many seconds. Losses and errors are evaluated off the clock.
 *
 *   npm run build:quiet && node --import tsx --conditions=@unequal/source bench/one-liner.ts [mlp|cnn|table] [seconds, 40] [epochs, 1000] [seeds, 3] [slice, 2]
 *
 * mlp: 784-512-512-10, cnn: two convolutions of 16 and 32 filters with stride 2, dense 64; both on MNIST, Adam, b = 128.
 * table: 20-64-1 on 100,000 rows of a smooth rule with noise, b = 128.
 */
import * as tf from "@tensorflow/tfjs";
import { backendsPlugin } from "@unequal/backends";
import { Registry, setUpPart } from "@unequal/core";
import { ImportanceTraining, type ImportanceTrainingOptions } from "unequal";
import { problemOf } from "./one-liner/problems.js";
import { createTurns } from "./one-liner/turns.js";

const [name = "mlp", time = "40", epochs = "1000", seeds = "3", slice = "2"] =
  process.argv.slice(2);
const ARMS = { uniform: { sampler: "uniform" }, defaults: {} } satisfies Record<
  string,
  ImportanceTrainingOptions
>;
type ArmName = keyof typeof ARMS;
const NAMES = Object.keys(ARMS) as ArmName[];

await setUpPart("backend", "wasm", { registry: new Registry([backendsPlugin]) }).start();
const problem = await problemOf(name);

interface Outcome {
  readonly steps: number;
  readonly importance: number;
  readonly trainLoss: number;
  /** Test error, of a table the validation loss. */
  readonly test: number;
  readonly scoring: readonly string[];
}

function evaluate(model: tf.LayersModel, [x, y]: readonly [tf.Tensor, tf.Tensor]): number[] {
  const figures = model.evaluate(x, y, { batchSize: 1000 });
  return [figures].flat().map((figure) => figure.dataSync()[0] as number);
}

async function race(seed: number): Promise<Record<ArmName, Outcome>> {
  const turns = createTurns(NAMES, Number(slice));
  let end = Number(time);
  const run = async (arm: ArmName): Promise<Outcome> => {
    const model = problem.build(seed);
    const training = new ImportanceTraining(model, { ...ARMS[arm], seed });
    const scoring: string[] = [];
    let [steps, importance] = [0, 0];
    training.on("step:end", (event) => (importance += Number(event.importance)));
    training.on("scoring:switched", ({ step, mode, reason }) =>
      scoring.push(`${mode} at ${step}: ${reason}`),
    );
    await turns.take(arm);
    await training.fit(...problem.train, {
      batchSize: 128,
      epochs: Number(epochs),
      verbose: 0,
      callbacks: {
        // off the clock: reading the data
        onTrainBegin: () => turns.reset(arm),
        onBatchEnd: async () => {
          steps += 1;
          await turns.next(arm);
          if (turns.seconds(arm) >= end) model.stopTraining = true;
        },
      },
    });
    if (arm === "uniform") end = turns.seconds(arm);
    turns.leave(arm);
    const [trainLoss = Number.NaN] = evaluate(model, problem.measured);
    const [loss = Number.NaN, accuracy] = evaluate(model, problem.test);
    const test = accuracy === undefined ? loss : 1 - accuracy;
    return { steps, importance, trainLoss, test, scoring };
  };
  const outcomes = await Promise.all(NAMES.map(run));
  return Object.fromEntries(NAMES.map((arm, at) => [arm, outcomes[at]])) as never;
}

console.log(`wasm, ${name}, one-liner, equal time, ${time} s or ${epochs} epochs, b = 128\n`);
console.log(
  `| seed | arm | steps | by importance | training loss | over uniform's | ${problem.figure} |`,
);
console.log("| --- | --- | --- | --- | --- | --- | --- |");
const all: Record<ArmName, Outcome>[] = [];
for (let seed = 1; seed <= Number(seeds); seed++) {
  const outcomes = await race(seed);
  all.push(outcomes);
  for (const arm of NAMES) {
    const { steps, importance, trainLoss, test, scoring } = outcomes[arm];
    const ratio = (trainLoss / outcomes.uniform.trainLoss).toFixed(3);
    const cells = [
      seed,
      arm,
      steps,
      importance,
      trainLoss.toExponential(2),
      ratio,
      problem.text(test),
    ];
    console.log(`| ${cells.join(" | ")} |`);
    for (const line of scoring) console.error(`seed ${seed}, ${arm}: ${line}`);
  }
  tf.disposeVariables();
}
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const ratios = all.map(({ uniform, defaults }) => Math.log(defaults.trainLoss / uniform.trainLoss));
console.log(`\ntraining loss over uniform's, geometric mean: ${Math.exp(mean(ratios)).toFixed(3)}`);
for (const arm of NAMES)
  console.log(
    `${problem.figure}, mean, ${arm}: ${problem.text(mean(all.map((each) => each[arm].test)))}`,
  );
