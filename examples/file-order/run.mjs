/**
 * Trains on a file that is read a block at a time, in the usual order and by blocks:
 * node examples/file-order/run.mjs [passes]
 */
import { createLearner, wasm } from "@unequal/backends";
import { always, createRandom, createTrainer, setUpPart, TOKENS, wrap } from "@unequal/core";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import * as tf from "@tensorflow/tfjs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openFileDataset } from "./file-dataset.mjs";
import { idsInBlocks, orderOfPasses } from "./order-of-passes.mjs";

const [SIZE, FEATURES, CLASSES] = [40_000, 64, 10];
const [BLOCK, KEPT] = [500, 8];
const passes = Number(process.argv[2] ?? 2);

/** Clouds that overlap, one for each class. */
function makeRows(random) {
  const gaussian = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const centres = Array.from({ length: CLASSES * FEATURES }, () => 0.5 * gaussian());
  const rows = new Float32Array(SIZE * (FEATURES + 1));
  for (let id = 0; id < SIZE; id++) {
    const label = random.integer(CLASSES);
    rows[id * (FEATURES + 1)] = label;
    for (let at = 0; at < FEATURES; at++)
      rows[id * (FEATURES + 1) + 1 + at] = centres[label * FEATURES + at] + gaussian();
  }
  return rows;
}

function makeModel() {
  const layer = { inputShape: [FEATURES], units: CLASSES, activation: "softmax" };
  const model = tf.sequential({
    layers: [tf.layers.dense({ ...layer, kernelInitializer: "zeros" })],
  });
  model.compile({ optimizer: tf.train.sgd(0.05), loss: "categoricalCrossentropy" });
  return model;
}

const inBlocks = wrap(TOKENS.order, () => {
  const random = createRandom("file-order");
  const settings = { size: SIZE, block: BLOCK, together: KEPT };
  const idsOf = (pass) => idsInBlocks({ ...settings, random: random.fork(`pass ${pass}`) });
  return orderOfPasses(SIZE, idsOf);
});

async function train(file, provide) {
  const shape = { size: SIZE, features: FEATURES, classes: CLASSES, block: BLOCK, kept: KEPT };
  const dataset = await openFileDataset(file, shape);
  const learner = createLearner(makeModel());
  const trainer = createTrainer({
    ...{ learner, dataset, provide, batchSize: 64, presample: 320 },
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
  });
  const enough = new AbortController();
  const afterStep = () => {
    if (trainer.progress.pass >= passes) enough.abort();
  };
  await trainer.run({ signal: enough.signal, afterStep });
  const [reads, { update, seconds }] = [dataset.reads(), trainer.progress];
  const { loss } = await learner.evaluate(dataset);
  await trainer.dispose();
  await dataset.close();
  return { reads, update, seconds, loss };
}

const engine = setUpPart("backend", wasm());
await engine.start();
const folder = await mkdtemp(path.join(tmpdir(), "unequal-file-order-"));
const file = path.join(folder, "rows.f32");
await writeFile(file, makeRows(createRandom("rows")));
console.log(`${SIZE} examples in blocks of ${BLOCK}, ${KEPT} of them in memory, ${passes} passes`);
console.log(["order", "blocks read", "updates", "seconds", "training loss"].join(" | "));
for (const [name, provide] of [
  ["shuffled", []],
  ["by blocks", [inBlocks]],
]) {
  const { reads, update, seconds, loss } = await train(file, provide);
  console.log([name, reads, update, seconds.toFixed(1), loss.toFixed(5)].join(" | "));
}
await rm(folder, { recursive: true });
await engine.stop();
