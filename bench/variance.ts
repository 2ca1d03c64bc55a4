/**
 * How far the gradient of a batch is from that of its candidates: the paper's figure of variance reduction. A CNN
 * learns MNIST by uniform sampling; at several points of training 1,024 candidates are scored, 128 of them drawn by
 * each score (multinomial, unbiased weights), and the squared distance of the batch's gradient to the mean gradient of
 * all candidates is averaged over repeated draws, over that of uniform draws.
 *
 * node --import tsx --conditions=@unequal/source bench/variance.ts [draws] [file.svg]
 */
import { writeFileSync } from "node:fs";
import { adam, backendsPlugin, cnn, createLearner } from "@unequal/backends";
import {
  createRandom,
  createTrainer,
  never,
  Registry,
  setUpPart,
  type Batch,
  type Dataset,
  type Learner,
  type Pool,
} from "@unequal/core";
import { mnist } from "@unequal/datasets";
import { plain, proportional, unbiased, uniform } from "@unequal/samplers";
import { svgOfLines } from "../examples/plot.mjs";
import { drawWeights } from "./worth/draw-weights.js";

const POINTS = [10, 50, 200, 600];
const CANDIDATES = 1024;
const DRAWN = 128;
const SCORES = ["loss", "upper-bound", "gradient-norm"] as const;
const repeats = Number(process.argv[2] ?? 50);
const random = createRandom("variance");
const weighting = setUpPart("weighting", unbiased());

type Score = (typeof SCORES)[number];
/** Scored candidates on the engine, at one point of training. */
interface Candidates {
  readonly batch: Batch;
  readonly pools: ReadonlyMap<Score | "uniform", Pool>;
}
/** Mean and standard error. */
interface Estimate {
  readonly mean: number;
  readonly error: number;
}

async function candidates(learner: Learner, dataset: Dataset): Promise<Candidates> {
  const order = random.shuffle(Uint32Array.from({ length: dataset.size }, (_, id) => id));
  const ids = order.slice(0, CANDIDATES);
  const keys = new Uint32Array(CANDIDATES);
  const batch = learner.upload(await dataset.take(ids, keys));
  const signals = await learner.compute(SCORES, batch);
  const weights = new Float32Array(CANDIDATES).fill(1);
  const pool = (scores: Float32Array): Pool => ({
    ids,
    keys,
    weights,
    signals,
    scores,
    scoredAt: 0,
  });
  const scored = SCORES.map((name) => [name, pool(signals[name] ?? weights)] as const);
  return { batch, pools: new Map([["uniform", pool(weights)], ...scored]) };
}

/** Computes the gradient of Σ c ℓ in inference mode, on the host. */
async function gradient(learner: Learner, batch: Batch, drawn: Map<number, number>) {
  const rows = Int32Array.from(drawn.keys());
  const coefficients = Float32Array.from(drawn.values());
  const options = { noise: 1, mode: "inference", regulariser: false, signals: [] } as const;
  const { gradient: handle } = await learner.gradient({ batch, rows, coefficients }, options);
  const parts = await learner.read(handle);
  handle.dispose();
  return parts;
}

function squaredDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let sum = 0;
  a.forEach((values, part) =>
    values.forEach((value, at) => (sum += (value - (b[part]?.[at] as number)) ** 2)),
  );
  return sum;
}

function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square / (values.length - 1) / values.length) };
}

/** Computes Pearson's correlation. */
function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const sum = (of: (at: number) => number): number => a.reduce((total, _, at) => total + of(at), 0);
  const gapA = (at: number): number => (a[at] as number) - meanA;
  const gapB = (at: number): number => (b[at] as number) - meanB;
  return (
    sum((at) => gapA(at) * gapB(at)) /
    Math.sqrt(sum((at) => gapA(at) ** 2) * sum((at) => gapB(at) ** 2))
  );
}

async function distances(learner: Learner, { batch, pools }: Candidates) {
  const all = new Map(Array.from({ length: CANDIDATES }, (_, row) => [row, 1 / CANDIDATES]));
  const full = await gradient(learner, batch, all);
  const found = new Map<string, Estimate>();
  for (const [name, pool] of pools) {
    const sampler = setUpPart("sampler", proportional({ draw: "multinomial" }), {
      random: random.fork(name),
    });
    const values: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const drawn = drawWeights({ sampler, weighting }, pool, DRAWN);
      values.push(squaredDistance(await gradient(learner, batch, drawn), full));
    }
    found.set(name, estimate(values));
  }
  return found;
}

await setUpPart("backend", "wasm", { registry: new Registry([backendsPlugin]) }).start();
const { train: dataset } = await setUpPart("dataset", mnist()).load();
const optimizer = setUpPart("optimizer", adam()).build({});
const request = { inputShape: [28, 28, 1], classes: 10, optimizer, seed: 1 };
const learner = createLearner(setUpPart("model", cnn()).build(request));
const trainer = createTrainer({
  learner,
  dataset,
  sampler: uniform(),
  weighting: unbiased(),
  estimator: plain(),
  gate: never(),
  batchSize: DRAWN,
});

console.log(
  `variance of the gradient of ${DRAWN} of ${CANDIDATES} candidates over that of uniform draws, ± standard error, ${repeats} draws each`,
);
console.log(
  "updates | loss | upper-bound | gradient-norm | correlation with gradient-norm: loss | upper-bound",
);
const series = SCORES.map((name) => ({ name: name, points: [] as [number, number][] }));
for (const updates of POINTS) {
  await trainer.run({ updates });
  const at = await candidates(learner, dataset);
  const found = await distances(learner, at);
  const base = found.get("uniform") as Estimate;
  const ratios = SCORES.map((name) => {
    const { mean, error } = found.get(name) as Estimate;
    const ratio = mean / base.mean;
    return { ratio, error: ratio * Math.hypot(error / mean, base.error / base.mean) };
  });
  ratios.forEach(({ ratio }, which) => series[which]?.points.push([updates, ratio]));
  const signals = at.pools.get("loss")?.signals ?? {};
  const norms = signals["gradient-norm"] as Float32Array;
  const correlations = SCORES.slice(0, 2).map((name) =>
    correlation(signals[name] as Float32Array, norms).toFixed(3),
  );
  const cells = ratios.map(({ ratio, error }) => `${ratio.toFixed(3)} ± ${error.toFixed(3)}`);
  console.log([updates, ...cells, ...correlations].join(" | "));
  at.batch.dispose();
}
const file = process.argv[3];
if (file !== undefined) {
  const svg = await svgOfLines({
    title: "Variance of the gradient over that of uniform sampling",
    x: { label: "updates", log: true },
    y: { label: "variance / uniform variance" },
    series: [{ name: "uniform", points: POINTS.map((updates) => [updates, 1]) }, ...series],
  });
  writeFileSync(file, svg);
}
