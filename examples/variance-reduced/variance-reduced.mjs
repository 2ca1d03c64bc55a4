// Draws how fast each estimator nears the optimum of a ridge regression, by what it costs: variance-reduced.svg
// npm install && npm run build && node examples/variance-reduced/variance-reduced.mjs
import * as tf from "@tensorflow/tfjs";
import { createLearner } from "@unequal/backends";
import { createRandom, createTrainer, exponential, linear, never } from "@unequal/core";
import { arrays } from "@unequal/datasets";
import { katyusha, plain, saga, scsg, svrg, unbiased, uniform } from "@unequal/samplers";
import { writeFileSync } from "node:fs";
import { svgOfLines } from "../plot.mjs";

const [N, FEATURES, BATCH, LAMBDA, RATE, PASSES] = [512, 8, 8, 0.05, 0.1, 40];

/** Targets that no line fits: x scaled unevenly, y = x · slope + noise. */
function makeData() {
  const random = createRandom("variance-reduced");
  const gaussian = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const rows = Array.from({ length: N }, () =>
    Array.from({ length: FEATURES }, (_, at) => Math.fround(gaussian() / (1 + at / 3))),
  );
  const y = rows.map((x) => Math.fround(x.reduce((sum, value) => sum + value, gaussian())));
  return { rows, y };
}

/** Solves a x = b by elimination; a is symmetric and positive definite. */
function solve(a, b) {
  const m = a.map((row, at) => [...row, b[at]]);
  m.forEach((pivot, at) =>
    m.forEach((row, other) => {
      if (other === at) return;
      const factor = row[at] / pivot[at];
      row.forEach((_, column) => (row[column] -= factor * pivot[column]));
    }),
  );
  return m.map((row, at) => row.at(-1) / row[at]);
}

/** θ* of (1/N) Σ (x · θ − y)² + (λ/2) ‖θ‖². */
function optimum({ rows, y }) {
  const sum = (of) => rows.reduce((total, x, id) => total + of(x, y[id]), 0);
  const axes = [...Array(FEATURES).keys()];
  const hessian = axes.map((i) =>
    axes.map((j) => (2 / N) * sum((x) => x[i] * x[j]) + (i === j ? LAMBDA : 0)),
  );
  return solve(
    hessian,
    axes.map((i) => (2 / N) * sum((x, target) => x[i] * target)),
  );
}

function makeModel() {
  const kernelRegularizer = tf.regularizers.l2({ l2: LAMBDA / 2 });
  const shape = { inputShape: [FEATURES], units: 1, useBias: false };
  const model = tf.sequential({
    layers: [tf.layers.dense({ ...shape, kernelInitializer: "zeros", kernelRegularizer })],
  });
  model.compile({ optimizer: tf.train.sgd(RATE), loss: "meanSquaredError" });
  return model;
}

/** A learner that counts the rows of its backward passes, pullbacks included. */
function counted(learner) {
  const cost = { rows: 0 };
  const counting =
    (pass) =>
    (rows, ...rest) => {
      cost.rows += rows.rows.length;
      return pass(rows, ...rest);
    };
  const { step, gradient, pullback } = learner;
  const passes = {
    step: counting(step),
    gradient: counting(gradient),
    pullback: counting(pullback),
  };
  return { cost, learner: { ...learner, ...passes } };
}

/** [passes over the data, ‖θ − θ*‖²] twice for each pass. */
async function distances({ data, best }, estimator, decayed = false) {
  const model = makeModel();
  const { cost, learner } = counted(createLearner(model));
  const dataset = arrays(
    { data: Float32Array.from(data.rows.flat()), shape: [N, FEATURES] },
    Float32Array.from(data.y),
  );
  const trainer = createTrainer({
    learner,
    dataset,
    estimator,
    sampler: uniform(),
    weighting: unbiased(),
    gate: never(),
    batchSize: BATCH,
    presample: N,
  });
  const enough = new AbortController();
  const points = [[0, best.reduce((sum, value) => sum + value * value, 0)]];
  const afterStep = () => {
    const passes = cost.rows / N;
    if (decayed) learner.setLearningRate((RATE / 2) * (1 + Math.cos((Math.PI * passes) / PASSES)));
    if (passes < points.at(-1)[0] + 0.5) return;
    const theta = model.getWeights()[0].dataSync();
    points.push([passes, best.reduce((sum, value, at) => sum + (theta[at] - value) ** 2, 0)]);
    if (passes >= PASSES) enough.abort();
  };
  await trainer.run({ signal: enough.signal, afterStep });
  await trainer.dispose();
  return points;
}

await tf.setBackend("cpu");
const data = makeData();
const problem = { data, best: optimum(data) };
const half = `${PASSES / 5}ep`;
const arms = [
  ["sgd", plain()],
  ["sgd, rate decayed", plain(), true],
  ["svrg", svrg()],
  ["svrg, α from ¾ to 0", svrg({ alpha: linear(0.75, 0, `${PASSES / 2.5}ep`) })],
  ["saga", saga()],
  ["scsg, B from 64 to N", scsg({ size: exponential(64, N, half) })],
  ["katyusha", katyusha({ strongConvexity: LAMBDA })],
];
const series = [];
for (const [name, ...arm] of arms) {
  const points = await distances(problem, ...arm);
  series.push({ name, points });
  console.log(`${name.padEnd(24)} ${points.at(-1)[1].toExponential(1)}`);
}
const svg = await svgOfLines({
  title: `Ridge regression, ${N} examples, batches of ${BATCH}`,
  x: { label: "backward passes over the data" },
  y: { label: "‖θ − θ*‖²", log: true },
  series,
});
writeFileSync(new URL("variance-reduced.svg", import.meta.url), svg);
