import { createTrainer, never, type Spec, type Trainer } from "@unequal/core";
import type { ToyLearner } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { katyusha, plain, saga, scsg, svrg, unbiased, uniform } from "../index.js";
import {
  dataset,
  FEATURES,
  ids,
  LAMBDA,
  N,
  nonlinearRidge,
  ridge,
  squaredDistance,
  theta,
} from "../../testing/ridge.js";

const B = 4;

describe("on ridge regression, with the same rate and batches", () => {
  const EPOCHS = 80;

  function train(learner: ToyLearner, estimator: Spec<"estimator">, batchSize = B): Trainer {
    const parts = { sampler: uniform(), weighting: unbiased(), estimator, gate: never() };
    return createTrainer({ learner, dataset, ...parts, batchSize, presample: batchSize, seed: 1 });
  }

  async function optimum(): Promise<Float64Array> {
    const learner = ridge({ learningRate: 0.1 });
    await train(learner, plain(), N).run({ updates: 3000 });
    return theta(learner);
  }

  /** log10 ‖θ − θ*‖² after each N / B updates. */
  async function distances(
    estimator: Spec<"estimator">,
    best: Float64Array,
    { learner = ridge(), batchSize = B } = {},
  ): Promise<number[]> {
    const trainer = train(learner, estimator, batchSize);
    const found: number[] = [];
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      await trainer.run({ updates: (epoch * N) / B });
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
    const host = await dataset.take(Uint32Array.from(ids), new Uint32Array(N));
    const [{ data } = expect.fail()] = host.inputs as readonly { readonly data: Float32Array }[];
    const rows = ids.map((id) => [...data.subarray(FEATURES * id, FEATURES * (id + 1)), 1]);
    const product = (v: Float64Array): Float64Array => {
      const out = v.map((value) => LAMBDA * value);
      for (const x of rows) {
        const dot = x.reduce((sum, value, at) => sum + value * (v[at] as number), 0);
        x.forEach((value, at) => (out[at] = (out[at] as number) + (2 / N) * dot * value));
      }
      return out;
    };
    const top = largestEigenvalue(product, FEATURES + 1);
    const rest = (v: Float64Array): Float64Array => {
      const image = product(v);
      return v.map((value, at) => top * value - (image[at] as number));
    };
    return top / (top - largestEigenvalue(rest, FEATURES + 1));
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

  test("the problem is well-conditioned, and plain SGD stalls on it", async () => {
    expect(await conditionNumber()).toBeLessThan(50);
    const noisy = await distances(plain(), await optimum());
    expect(Math.min(...noisy)).toBeGreaterThan(-5);
    expect(Math.abs(fit(noisy.slice(EPOCHS / 2)).slope)).toBeLessThan(0.01);
  });

  test.each([
    ["svrg", svrg(), ridge],
    ["saga, of output gradients", saga(), ridge],
    ["saga, of whole gradients", saga(), nonlinearRidge],
    ["scsg, with B = N", scsg({ size: N }), ridge],
    ["katyusha", katyusha({ strongConvexity: LAMBDA }), ridge],
  ])("%s converges linearly, like steps along the full gradient", async (_, estimator, make) => {
    const best = await optimum();
    const exact = fit(await distances(plain(), best, { batchSize: N }));
    const found = await distances(estimator, best, { learner: make() });
    const { slope, explained } = fit(found);
    expect(slope).toBeLessThan(0.95 * exact.slope);
    expect(explained).toBeGreaterThan(0.98);
    expect(found.at(-1)).toBeLessThan(-12);
  });
});
