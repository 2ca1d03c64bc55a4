/**
 * What a step by importance sampling is worth, and what tells: for each part of a run, how many uniform updates it takes to bring
 * the training loss down as far (b = 128, B = 384, constant learning rate, fresh scores), next to what is known on the way:
 *
 * - the gain, as the gate reads it, and measured by the scatter of gradients;
 * - κ, the slope of the loss along a step after it over that before it, by batches that are not its own;
 * - ρ of AdaScale.
 *
 *   node --import tsx --conditions=@unequal/source bench/worth.ts [mlp|glosses|flights] [updates, 2400] [seed, 0]
 */
import { backendsPlugin, createLearner } from "@unequal/backends";
import {
  always,
  createRandom,
  createTrainer,
  effectiveBatch,
  never,
  Registry,
  setUpPart,
  type TrainerOptions,
} from "@unequal/core";
import { slice } from "@unequal/datasets";
import { plain, proportional, unbiased, uniform, upperBound } from "@unequal/samplers";
import { mean } from "./equal-time/statistics.js";
import { buildModel, TASKS, type Task } from "./equal-time/tasks.js";
import { scatterOf, slopesOf } from "./worth/scatter.js";

const [name = "mlp", length = "2400", seedText = "0"] = process.argv.slice(2);
const [UPDATES, seed] = [Number(length), Number(seedText)];
/** Parts of a run by importance sampling; uniform training is followed in as long ones, for three times as many updates. */
const PARTS = 8;
const PART = UPDATES / PARTS;
/** Steps of a part that κ is taken along, rows of each, and pairs of gradients at its end. */
const [SLOPES, ROWS, PAIRS] = [10, 512, 6];

const ARMS: Record<string, Pick<TrainerOptions, "sampler" | "gate"> & Partial<TrainerOptions>> = {
  uniform: { sampler: uniform(), gate: never() },
  fixed: { sampler: proportional(), scorer: upperBound(), gate: always() },
  "effective-batch": {
    sampler: proportional(),
    scorer: upperBound(),
    gate: always(),
    rate: effectiveBatch(),
  },
};

/** What was seen of a part. */
interface Part {
  /** Training loss at its end. */
  readonly loss: number;
  /** As the gate reads it, the mean. */
  readonly read: number;
  readonly measured: number;
  readonly kappa: number;
  readonly rho: number;
  readonly factor: number;
}

async function follow(
  task: Task,
  arm: string,
  parts: number,
): Promise<readonly [number, readonly Part[]]> {
  const { train } = await task.load();
  const learner = createLearner(buildModel(task, seed));
  const trainer = createTrainer({
    ...{ learner, dataset: train, seed, batchSize: 128, presample: 384 },
    ...{ weighting: unbiased(), estimator: plain() },
    ...ARMS[arm],
  } as TrainerOptions);
  const ground = {
    learner,
    train,
    random: createRandom(`${arm} ${seed}`),
    batchSize: 128,
    presample: 384,
  };
  const losses = slice(train, 0, Math.min(20_000, train.size));
  const [gains, factors]: [number[], number[]] = [[], []];
  trainer.events.on("batch:scored", ({ estimate }) => {
    if (estimate) gains.push(estimate.gain);
  });
  trainer.events.on("step:end", ({ rate = 1 }) => void factors.push(rate));
  const { loss: first } = await learner.evaluate(losses);
  const found: Part[] = [];
  for (let part = 0; part < parts; part++) {
    const slopes = { before: 0, after: 0 };
    for (let update = 0; update < PART; update++)
      if (update % Math.ceil(PART / SLOPES) === 0) {
        const { before, after } = await slopesOf(ground, ROWS, () => trainer.step());
        slopes.before += before;
        slopes.after += after;
      } else await trainer.step();
    const { gain, signal } = await scatterOf(ground, PAIRS);
    found.push({
      loss: (await learner.evaluate(losses)).loss,
      read: mean(gains.splice(0)),
      measured: gain,
      kappa: slopes.after / slopes.before,
      rho: signal,
      factor: mean(factors.splice(0)),
    });
  }
  await trainer.dispose();
  return [first, found];
}

/** At which update the losses, of the ends of parts, reach a value first: between two ends in proportion to the logarithm. */
function updateAt(ends: readonly number[], loss: number): number {
  const after = ends.findIndex((each) => each <= loss);
  if (after < 0) return Infinity;
  if (after === 0) return 0;
  const [from, to] = [Math.log(ends[after - 1] as number), Math.log(ends[after] as number)];
  return PART * (after - 1 + (Math.log(loss) - from) / (to - from));
}

const task = TASKS[name];
if (task === undefined)
  throw new Error(`"${name}" is no task: mlp, mlp-adam, cnn, fashion, glosses, flights.`);
await setUpPart("backend", "wasm", { registry: new Registry([backendsPlugin]) }).start();
const [start, base] = await follow(task, "uniform", 3 * PARTS);
const ends = [start, ...base.map(({ loss }) => loss)];
// the least until then: a loss that goes up and down is reached when it is reached first
const lowest = ends.map((_, at) => Math.min(...ends.slice(0, at + 1)));
console.log(
  `${name}, seed ${seed}, wasm; uniform from ${start.toPrecision(3)} to ${lowest.at(-1)?.toPrecision(3)} in ${3 * UPDATES} updates\n`,
);
const row = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(" | ")} |`);
const HEADS = [
  "arm",
  "updates",
  "training loss",
  "φ",
  "gain read",
  "gain measured",
  "κ",
  "ρ",
  "worth of a step, in uniform ones",
];
row(HEADS);
row(HEADS.map(() => "---"));
base
  .slice(0, PARTS)
  .forEach(({ loss, measured, kappa, rho }, at) =>
    row([
      "uniform",
      `${at * PART} to ${(at + 1) * PART}`,
      loss.toPrecision(3),
      1,
      "",
      measured.toFixed(2),
      kappa.toFixed(2),
      rho.toFixed(2),
      1,
    ]),
  );
for (const arm of ["fixed", "effective-batch"]) {
  const [, parts] = await follow(task, arm, PARTS);
  parts.forEach(({ loss, read, measured, kappa, rho, factor }, at) => {
    const before = updateAt(lowest, parts[at - 1]?.loss ?? start);
    const worth = (updateAt(lowest, loss) - before) / PART;
    const text = Number.isFinite(worth)
      ? worth.toFixed(2)
      : Number.isFinite(before)
        ? `over ${((3 * UPDATES - before) / PART).toFixed(2)}`
        : "not reached";
    row([
      arm,
      `${at * PART} to ${(at + 1) * PART}`,
      loss.toPrecision(3),
      factor.toFixed(2),
      read.toFixed(2),
      measured.toFixed(2),
      kappa.toFixed(2),
      rho.toFixed(2),
      text,
    ]);
  });
}
