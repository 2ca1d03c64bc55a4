/**
 * What an importance step costs over a uniform one, with scoring in the background and inline: B = 3b, b = 128, Adam, on the
 * perceptron 784-512-512-10 or the convnet `cnn`. The arms take turns, a slice of steps each, in random order;
 * a slice begins with steps that are not counted, and nothing is on its way when it ends. The ratios are those of the
 * slices' median steps in the same round.
 *
 *   npm run build:quiet && node --import tsx --conditions=@unequal/source bench/hidden-scoring.ts [mlp|cnn] [rounds, 20] [steps of a slice, 10] [age, 1]
 */
import { adam, backendsPlugin, cnn, createLearner, mlp } from "@unequal/backends";
import {
  always,
  createRandom,
  createTrainer,
  median,
  never,
  Registry,
  setUpPart,
  type ScoringOption,
  type Trainer,
} from "@unequal/core";
import { mnist } from "@unequal/datasets";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { pairedRatio, report } from "./measure.js";

const UNCOUNTED = 3;
const [name = "mlp", rounds = "20", steps = "10", age = "1"] = process.argv.slice(2);
const registry = new Registry([backendsPlugin]);
await setUpPart("backend", "wasm", { registry }).start();
const dataset = (await setUpPart("dataset", mnist()).load()).train;

function trainer(importance: boolean, scoring: ScoringOption): Trainer {
  const optimizer = setUpPart("optimizer", adam()).build({});
  const request = { inputShape: [28, 28, 1], classes: 10, optimizer, seed: 1 };
  return createTrainer({
    learner: createLearner(setUpPart("model", name === "cnn" ? cnn() : mlp()).build(request)),
    dataset,
    batchSize: 128,
    presample: 384,
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: importance ? always() : never(),
    scoring,
  });
}

const arms = {
  uniform: trainer(false, "inline"),
  inline: trainer(true, "inline"),
  background: trainer(true, { name: "background", age: Number(age) }),
};
type Arm = keyof typeof arms;
const times: Record<Arm, number[]> = { uniform: [], inline: [], background: [] };
const waits: number[] = [];

async function slice(arm: Arm): Promise<number> {
  const taken: number[] = [];
  for (let step = 0; step < UNCOUNTED + Number(steps); step++) {
    const started = performance.now();
    const { durations } = await arms[arm].step();
    if (step < UNCOUNTED) continue;
    taken.push(performance.now() - started);
    if (arm === "background") waits.push(durations.score);
  }
  // waits for what was asked ahead
  await arms[arm].state();
  return median(taken);
}

const random = createRandom("order of arms");
for (let round = -1; round < Number(rounds); round++) {
  const order = random.shuffle(Int32Array.of(0, 1, 2));
  for (const at of order) {
    const arm = (["uniform", "inline", "background"] as const)[at] as Arm;
    const time = await slice(arm);
    if (round >= 0) times[arm].push(time);
  }
}
console.log(`wasm, ${name}, b = 128, B = 384, age ${age}, ${rounds} rounds of ${steps} steps`);
report(
  "importance step with scores from the background / uniform step",
  pairedRatio(times.background, times.uniform),
);
report("importance step inline / uniform step", pairedRatio(times.inline, times.uniform));
console.log(
  `a step in the background took ${median(waits).toFixed(2)} ms to wait for its scores and to draw by them, in the median`,
);
for (const arm of Object.values(arms)) await arm.dispose();
