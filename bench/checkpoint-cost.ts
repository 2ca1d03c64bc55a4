/**
 * What a checkpoint costs: a run that is saved now and then, and what steps take while nothing is written, while a file is,
 * and while the state is copied. The share is that of a run which is saved every minute.
 *
 *   node --import tsx --conditions=@unequal/source bench/checkpoint-cost.ts [mlp|large] [checkpoints, 10] [steps between, 60]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { backendsPlugin, createLearner } from "@unequal/backends";
import { openCheckpoints } from "@unequal/checkpoints";
import { always, createTrainer, median, Registry, setUpPart } from "@unequal/core";
import { mnist } from "@unequal/datasets";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { mean } from "./equal-time/statistics.js";

const [name = "mlp", count = "10", between = "60"] = process.argv.slice(2);
/** Units of the hidden layers: the command's perceptron, and one of 25 million parameters. */
const UNITS: Readonly<Record<string, readonly number[]>> = { mlp: [512, 512], large: [4608, 4608] };
const EVERY = Number(between);

function build(): tf.LayersModel {
  const model = tf.sequential();
  model.add(tf.layers.flatten({ inputShape: [28, 28, 1] }));
  for (const units of UNITS[name] ?? []) model.add(tf.layers.dense({ units, activation: "relu" }));
  model.add(tf.layers.dense({ units: 10, activation: "softmax" }));
  model.compile({ optimizer: tf.train.adam(0.0001), loss: "categoricalCrossentropy" });
  return model;
}

const registry = new Registry([backendsPlugin]);
await setUpPart("backend", "wasm", { registry }).start();
const { train } = await setUpPart("dataset", mnist()).load();
const model = build();
const trainer = createTrainer({
  learner: createLearner(model),
  dataset: train,
  sampler: proportional(),
  scorer: upperBound(),
  weighting: unbiased(),
  estimator: plain(),
  gate: always(),
  batchSize: 128,
  presample: 384,
});
await trainer.run({ updates: 20 });
/** Is copied with the run, and so counts how often it is. */
let copies = 0;
const witness = {
  state: () => {
    copies += 1;
    return { version: 1 };
  },
  restore: () => undefined,
};
const dir = mkdtempSync(path.join(tmpdir(), "unequal-checkpoint-cost-"));
const checkpoints = openCheckpoints(trainer, { dir, every: `${EVERY}up`, companions: { witness } });
let [bytes, writing] = [0, false];
trainer.events.on("checkpoint:saved", (event) => {
  bytes = event.bytes;
  writing = false;
});

/** Milliseconds. */
const seen = { quiet: [] as number[], accompanied: [] as number[], copies: [] as number[] };
let turns = 0;
for (let step = 0; step < Number(count) * EVERY; step++) {
  const begun = performance.now();
  await trainer.step();
  const made = performance.now();
  (writing ? seen.accompanied : seen.quiet).push(made - begun);
  const before = copies;
  await checkpoints.afterStep();
  const after = performance.now() - made;
  if (copies > before) seen.copies.push(after);
  else turns += after;
  writing ||= copies > before;
}
await checkpoints.close();
rmSync(dir, { recursive: true });

const files = seen.copies.length;
const step = median(seen.quiet);
const slower = (mean(seen.accompanied) - mean(seen.quiet)) * (seen.accompanied.length / files);
const each = mean(seen.copies) + turns / files + Math.max(0, slower);
const millions = (model.countParams() / 1e6).toFixed(1);
console.log(
  `${name}: ${millions} million parameters, ${(bytes / 1e6).toFixed(1)} MB a checkpoint, ${files} of them`,
);
console.log(
  `a step: ${step.toFixed(1)} ms; while a file is written: ${median(seen.accompanied).toFixed(1)} ms, ${(seen.accompanied.length / files).toFixed(1)} steps`,
);
console.log(
  `copying the state: ${mean(seen.copies).toFixed(1)} ms; letting it be written: ${(turns / files).toFixed(1)} ms`,
);
console.log(
  `a checkpoint costs ${each.toFixed(0)} ms: ${((100 * each) / 60_000).toFixed(2)} % of a minute`,
);
process.exit(0);
