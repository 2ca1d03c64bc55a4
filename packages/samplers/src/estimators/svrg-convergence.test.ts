import { createTrainer, never, type Spec, type Trainer } from "@unequal/core";
import { toyDataset, toyLearner, type ToyLearner } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { plain, svrg, unbiased, uniform } from "../index.js";

const N = 16;
const B = 4;
const LAMBDA = 0.3;

const dataset = toyDataset({ size: N, task: "numbers", outputs: 1, features: 4 });

/** Ridge regression on targets that no θ fits; in float64. */
function ridge(learningRate = 0.08): ToyLearner {
  return toyLearner({ loss: "squared", outputs: 1, features: 4, l2: LAMBDA, learningRate });
}

async function theta(learner: ToyLearner): Promise<Float64Array> {
  const { theta: values } = (await learner.state()) as unknown as { theta: Float64Array };
  return values;
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + (value - (b[at] as number)) ** 2, 0);
}

describe("on ridge regression, with the same rate and batches", () => {
  const EPOCHS = 60;

  function train(learner: ToyLearner, estimator: Spec<"estimator">, batchSize = B): Trainer {
    const parts = { sampler: uniform(), weighting: unbiased(), estimator, gate: never() };
    return createTrainer({ learner, dataset, ...parts, batchSize, presample: batchSize, seed: 1 });
  }

  async function optimum(): Promise<Float64Array> {
    const learner = ridge(0.1);
    await train(learner, plain(), N).run({ updates: 3000 });
    return theta(learner);
  }

  /** log10 ‖θ − θ*‖² after each epoch. */
  async function distances(estimator: Spec<"estimator">, best: Float64Array): Promise<number[]> {
    const learner = ridge();
    const trainer = train(learner, estimator);
    const found: number[] = [];
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      await trainer.run({ epochs: epoch });
      found.push(Math.log10(squaredDistance(await theta(learner), best)));
    }
    await trainer.dispose();
    expect(learner.alive()).toBe(0);
    return found;
  }

  /** Finds the largest eigenvalue of a symmetric matrix, given its product, by power iteration. */
  function largestEigenvalue(product: (v: Float64Array) => Float64Array, size: number): number {
    let v: Float64Array = Float64Array.from({ length: size }, (_, at) => 1 + at);
    let length = 1;
    for (let round = 0; round < 500; round++) {
      v = product(v);
      length = Math.hypot(...v);
      v = v.map((value) => value / length);
    }
    return length;
  }

  /** κ of the Hessian (2/N) Σ x xᵀ + λ, x with a 1 for the bias. */
  async function conditionNumber(): Promise<number> {
    const ids = Array.from({ length: N }, (_, id) => id);
    const host = await dataset.take(Uint32Array.from(ids), new Uint32Array(N));
    const [{ data } = expect.fail()] = host.inputs as readonly { readonly data: Float32Array }[];
    const rows = ids.map((id) => [...data.subarray(4 * id, 4 * id + 4), 1]);
    const product = (v: Float64Array): Float64Array => {
      const out = v.map((value) => LAMBDA * value);
      for (const x of rows) {
        const dot = x.reduce((sum, value, at) => sum + value * (v[at] as number), 0);
        x.forEach((value, at) => (out[at] = (out[at] as number) + (2 / N) * dot * value));
      }
      return out;
    };
    const top = largestEigenvalue(product, 5);
    const rest = (v: Float64Array): Float64Array => {
      const image = product(v);
      return v.map((value, at) => top * value - (image[at] as number));
    };
    return top / (top - largestEigenvalue(rest, 5));
  }

  /** Least-squares slope, and the share of the variance that it explains. */
  function fit(values: readonly number[]): { readonly slope: number; readonly explained: number } {
    const n = values.length;
    const [midX, midY] = [(n - 1) / 2, values.reduce((sum, y) => sum + y, 0) / n];
    let [xy, xx, yy] = [0, 0, 0];
    values.forEach((y, x) => {
      xy += (x - midX) * (y - midY);
      xx += (x - midX) ** 2;
      yy += (y - midY) ** 2;
    });
    return { slope: xy / xx, explained: (xy * xy) / (xx * yy) };
  }

  test("svrg converges linearly, far below where plain SGD stalls", async () => {
    expect(await conditionNumber()).toBeLessThan(50);
    const best = await optimum();
    const steady = await distances(svrg({ every: 2 * (N / B) }), best);
    const noisy = await distances(plain(), best);
    expect(fit(steady).slope).toBeLessThan(-0.25);
    expect(fit(steady).explained).toBeGreaterThan(0.999);
    expect(steady.at(-1)).toBeLessThan(-15);
    expect(Math.min(...noisy)).toBeGreaterThan(-4);
    expect(Math.abs(fit(noisy.slice(20)).slope)).toBeLessThan(0.01);
  });
});
