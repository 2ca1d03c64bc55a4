/**
 * What importance sampling gains for equal wall-clock time, scoring included: six ways to train take turns on MNIST, a
 * slice of time each, and every seed begins anew. b = 128, B = 384 unless a sizer chooses, SGD with momentum; each arm's learning rate is divided
 * by 5 at 40 % and 80 % of its own time. At 25, 50, 75 and 100 % the loss of 20,000 training examples and the test error
 * are evaluated, off the clock, and nothing is on its way when a slice ends.
 *
 *   npm run build:quiet && node --import tsx --conditions=@unequal/source bench/equal-time.ts [mlp|cnn] [seconds of an arm, 80] [seeds, 3] [slice, 4]
 *
 * mlp: 784-512-512-10. cnn: two convolutions of 16 and 32 filters with stride 2, dense 64.
 */
import * as tf from "@tensorflow/tfjs";
import { backendsPlugin, createLearner } from "@unequal/backends";
import {
  always,
  auto,
  createRandom,
  createTrainer,
  never,
  Registry,
  setUpPart,
  tau,
  type Learner,
  type Trainer,
  type TrainerOptions,
} from "@unequal/core";
import { mnist, slice } from "@unequal/datasets";
import {
  history,
  laber,
  plain,
  proportional,
  unbiased,
  uniform,
  upperBound,
} from "@unequal/samplers";
import { LAYERS } from "./layers.js";

const [name = "mlp", budget = "80", seeds = "3", sliceLength = "4"] = process.argv.slice(2);
const SECONDS = Number(budget);
const MARKS = [0.25, 0.5, 0.75, 1];
const RATE = 0.1;
const registry = new Registry([backendsPlugin]);
await setUpPart("backend", "wasm", { registry }).start();
const { train, test } = await setUpPart("dataset", mnist()).load();
const measured = slice(train, 0, 20_000);

const ARMS = {
  uniform: { sampler: uniform(), gate: never() },
  "upper bound inline, tau": { sampler: proportional(), scorer: upperBound(), gate: tau() },
  "upper bound in the background, tau": {
    sampler: proportional(),
    scorer: upperBound(),
    gate: tau(),
    scoring: "background",
  },
  "upper bound in the background, tau, B by auto": {
    sampler: proportional(),
    scorer: upperBound(),
    gate: tau(),
    sizer: auto(),
    scoring: "background",
  },
  "history(½)": { sampler: history({ uniform: 0.5 }), gate: always() },
  "both: history, then upper bound in the background, tau": {
    sampler: laber({ of: history({ uniform: 0.5 }) }),
    scorer: upperBound(),
    gate: tau(),
    scoring: "background",
  },
} satisfies Record<string, Partial<TrainerOptions>>;
type ArmName = keyof typeof ARMS;
const NAMES = Object.keys(ARMS) as ArmName[];

interface Mark {
  readonly loss: number;
  readonly error: number;
}
interface Arm {
  readonly trainer: Trainer;
  readonly learner: Learner;
  readonly marks: Mark[];
  seconds: number;
}

function build(seed: number): tf.LayersModel {
  const layers = LAYERS[name]?.(seed);
  if (layers === undefined) throw new Error(`mlp or cnn, but not ${name}`);
  const model = tf.sequential({ layers });
  const optimizer = tf.train.momentum(RATE, 0.9);
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

function open(arm: ArmName, seed: number): Arm {
  const learner = createLearner(build(seed));
  const trainer = createTrainer({
    learner,
    dataset: train,
    batchSize: 128,
    presample: 384,
    weighting: unbiased(),
    estimator: plain(),
    seed,
    ...ARMS[arm],
  });
  return { trainer, learner, marks: [], seconds: 0 };
}

async function mark({ learner, marks }: Arm): Promise<void> {
  const { loss } = await learner.evaluate(measured);
  const { metrics } = await learner.evaluate(test ?? train);
  marks.push({ loss, error: metrics["error"] ?? Number.NaN });
}

/** Trains for a slice of time, or to the next mark. */
async function work(arm: Arm): Promise<void> {
  const until = Math.min(arm.seconds + Number(sliceLength), SECONDS);
  while (arm.seconds < until) {
    const share = arm.seconds / SECONDS;
    arm.learner.setLearningRate(RATE * (share < 0.4 ? 1 : share < 0.8 ? 0.2 : 0.04));
    const started = performance.now();
    await arm.trainer.step();
    arm.seconds += (performance.now() - started) / 1000;
    if (arm.seconds >= SECONDS * (MARKS[arm.marks.length] ?? Infinity)) await mark(arm);
  }
  // waits for what was asked ahead, so that it does not slow the next arm down
  await arm.trainer.state();
}

async function race(seed: number): Promise<Record<ArmName, Arm>> {
  const arms = Object.fromEntries(NAMES.map((each) => [each, open(each, seed)])) as Record<
    ArmName,
    Arm
  >;
  const random = createRandom(`order of arms, seed ${seed}`);
  while (NAMES.some((each) => arms[each].seconds < SECONDS))
    for (const at of random.shuffle(Int32Array.from(NAMES.keys()))) {
      const arm = arms[NAMES[at] as ArmName];
      if (arm.seconds < SECONDS) await work(arm);
    }
  for (const each of NAMES) {
    const { trainer, marks } = arms[each];
    const { update } = trainer.progress;
    console.error(
      `seed ${seed}, ${each}: ${update} steps, ${trainer.importanceSteps} by importance; ${marks.map(({ loss, error }) => `${loss.toExponential(2)} (${(100 * error).toFixed(2)} %)`).join(", ")}`,
    );
    await trainer.dispose();
  }
  tf.disposeVariables();
  return arms;
}

/** Student's t for 95 %, by degrees of freedom. */
const T = [Number.NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** Mean of logarithms with its 95 % interval, as factors. */
function geometric(values: readonly number[]): string {
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const half = (T[logs.length - 1] ?? 2) * Math.sqrt(variance / logs.length);
  const factor = (log: number): string => Math.exp(log).toPrecision(2);
  return `${factor(mean)} (${factor(mean - half)} to ${factor(mean + half)})`;
}

const runs: Record<ArmName, Arm>[] = [];
for (let seed = 1; seed <= Number(seeds); seed++) runs.push(await race(seed));

const row = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);
const at = (arm: ArmName, place: number): Mark[] =>
  runs.map((run) => run[arm].marks[place] as Mark);
const heads = MARKS.map((share) => `${100 * share} %`);

console.log(
  `wasm, ${name}, ${SECONDS} s of each arm, ${seeds} seeds, slices of ${sliceLength} s\n`,
);
row(["training loss", "steps", "by importance", ...heads]);
row(["---", "---", "---", ...heads.map(() => "---")]);
for (const arm of NAMES) {
  const mean = (read: (each: Arm) => number): string =>
    Math.round(runs.reduce((sum, run) => sum + read(run[arm]), 0) / runs.length).toString();
  const losses = MARKS.map((_, place) => {
    const logs = at(arm, place).map(({ loss }) => Math.log(loss));
    return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length).toExponential(1);
  });
  row([
    arm,
    mean(({ trainer }) => trainer.progress.update),
    mean(({ trainer }) => trainer.importanceSteps),
    ...losses,
  ]);
}
console.log("");
row(["training loss over uniform's", ...heads]);
row(["---", ...heads.map(() => "---")]);
for (const arm of NAMES.slice(1)) {
  const ratios = MARKS.map((_, place) =>
    geometric(
      at(arm, place).map(({ loss }, run) => loss / (at("uniform", place)[run] as Mark).loss),
    ),
  );
  row([arm, ...ratios]);
}
console.log("");
row(["test error, each seed", ...heads]);
row(["---", ...heads.map(() => "---")]);
for (const arm of NAMES)
  row([
    arm,
    ...MARKS.map((_, place) =>
      at(arm, place)
        .map(({ error }) => `${(100 * error).toFixed(2)} %`)
        .join(", "),
    ),
  ]);
