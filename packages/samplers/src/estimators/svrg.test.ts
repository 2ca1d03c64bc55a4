import {
  createRandom,
  createTrainer,
  never,
  type Batch,
  type Estimator,
  type EstimatorStep,
  type Spec,
  type Trainer,
} from "@unequal/core";
import { setUpPart, toyDataset, toyLearner, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { plain, svrg, unbiased, uniform } from "../index.js";

const N = 16;
const B = 4;

const dataset = toyDataset({ size: N, task: "numbers", outputs: 1, features: 4 });
const ids = Array.from({ length: N }, (_, id) => id);

/** Ridge regression on targets that no θ fits; in float64. */
function ridge(learningRate = 0.08) {
  return toyLearner({ loss: "squared", outputs: 1, features: 4, l2: 0.3, learningRate });
}
type Ridge = ReturnType<typeof ridge>;

async function upload(learner: Ridge, some: readonly number[]): Promise<Batch> {
  return learner.upload(await dataset.take(Uint32Array.from(some), new Uint32Array(some.length)));
}

async function theta(learner: Ridge): Promise<Float64Array> {
  const { theta: values } = (await learner.state()) as unknown as { theta: Float64Array };
  return values;
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + (value - (b[at] as number)) ** 2, 0);
}

/** Hands an estimator one step on some examples, with coefficients of 1 / b. */
async function makeStep(
  learner: Ridge,
  update: number,
  some: readonly number[],
): Promise<EstimatorStep> {
  return {
    learner,
    batch: await upload(learner, some),
    rows: Int32Array.from(some.keys()),
    ids: Uint32Array.from(some),
    coefficients: new Float32Array(some.length).fill(1 / some.length),
    progress: toyProgress(update),
    noise: 1,
    random: createRandom(0),
    signals: [],
    reference: async (visit) => {
      const batch = await upload(learner, ids);
      await visit(batch, N);
      batch.dispose();
    },
  };
}

/** Returns how far one step of rate 1 moved: −v. */
async function direction(learner: Ridge, estimator: Estimator, step: EstimatorStep) {
  const before = await theta(learner);
  learner.setLearningRate(1);
  await estimator.step(step);
  const after = await theta(learner);
  return before.map((value, at) => value - (after[at] as number));
}

function expectEqual(actual: Float64Array, wanted: Float64Array): void {
  expect(Math.sqrt(squaredDistance(actual, wanted))).toBeLessThan(
    1e-9 * Math.sqrt(squaredDistance(wanted, new Float64Array(wanted.length))),
  );
}

/** The full regularised gradient at the present parameters, by a plain step of rate 1. */
async function fullGradient(learner: Ridge): Promise<Float64Array> {
  const state = await learner.state();
  const { role } = setUpPart(plain());
  const gradient = await direction(learner, role, await makeStep(learner, 0, ids));
  await learner.restore(state);
  return gradient;
}

describe("svrg", () => {
  test("steps along the full gradient, whatever the batch, where θ = θ̃", async () => {
    for (const some of [[3], [1, 15], ids]) {
      const learner = ridge();
      const full = await fullGradient(learner);
      const { role } = setUpPart(svrg());
      expectEqual(await direction(learner, role, await makeStep(learner, 0, some)), full);
    }
  });

  test("steps along g(θ) − g(θ̃) + μ + ∇R(θ) away from the snapshot", async () => {
    const learner = ridge();
    const { role } = setUpPart(svrg());
    const rest = { noise: 1, mode: "training", signals: [] } as const;
    const gradientOf = async (some: readonly number[], regulariser: boolean) => {
      const { batch, rows, coefficients } = await makeStep(learner, 0, some);
      const weighted = { batch, rows, coefficients };
      const { gradient } = await learner.gradient(weighted, { ...rest, regulariser });
      const parts = await learner.read(gradient);
      return Float64Array.from(parts[0] ?? [], (_, at) =>
        parts.reduce((sum, part) => sum + (part[at] as number), 0),
      );
    };
    const [past, mean] = [await gradientOf([5, 6], false), await gradientOf(ids, false)];
    learner.setLearningRate(0.1);
    await role.step(await makeStep(learner, 0, [2]));
    const present = await gradientOf([5, 6], true);
    const naive = present.map((g, at) => g - (past[at] as number) + (mean[at] as number));
    expectEqual(await direction(learner, role, await makeStep(learner, 1, [5, 6])), naive);
  });

  test("takes a snapshot every so many updates", async () => {
    const learner = ridge();
    const { role } = setUpPart(svrg({ every: 3 }));
    let walks = 0;
    for (let update = 0; update < 7; update++) {
      const step = await makeStep(learner, update, [update]);
      const reference: EstimatorStep["reference"] = (visit) => {
        walks += 1;
        return step.reference(visit);
      };
      await role.step({ ...step, reference });
    }
    expect(walks).toBe(3);
  });

  test("returns the loss of the batch at θ, without the regulariser", async () => {
    const learner = ridge();
    const { role } = setUpPart(svrg());
    const { signals, loss } = await role.step(await makeStep(learner, 0, [4, 9]));
    const [first = NaN, second = NaN] = signals.loss ?? [];
    expect(loss).toBeCloseTo((first + second) / 2, 6);
  });

  test("refuses a model whose gradients depend on the other rows", () => {
    const learner = ridge();
    const facts = { ...learner.facts, batchStatistics: true };
    expect(() => setUpPart(svrg()).role.bind?.({ ...learner, facts })).toThrow(
      expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" }),
    );
  });

  test("frees what it made if the reference set fails it", async () => {
    const learner = ridge();
    const { role } = setUpPart(svrg());
    const step = await makeStep(learner, 0, [1]);
    const failing: EstimatorStep["reference"] = async (visit) => {
      await step.reference(visit);
      throw new Error("the file is gone");
    };
    await expect(role.step({ ...step, reference: failing })).rejects.toThrow("the file is gone");
    step.batch.dispose();
    expect(learner.alive()).toBe(0);
  });

  test("takes no mean over nothing", async () => {
    const step = await makeStep(ridge(), 0, [1]);
    const nothing = setUpPart(svrg()).role.step({ ...step, reference: async () => undefined });
    await expect(nothing).rejects.toThrow(expect.objectContaining({ code: "DATASET_EMPTY" }));
  });
});

describe("on ridge regression, with the same rate and batches", () => {
  const EPOCHS = 60;

  function train(learner: Ridge, estimator: Spec<"estimator">): Trainer {
    const parts = { sampler: uniform(), weighting: unbiased(), estimator, gate: never() };
    return createTrainer({ learner, dataset, ...parts, batchSize: B, seed: 1 });
  }

  async function optimum(): Promise<Float64Array> {
    const learner = ridge(0.1);
    const { role } = setUpPart(plain());
    const step = await makeStep(learner, 0, ids);
    for (let update = 0; update < 3000; update++) await role.step(step);
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

  /** κ of the Hessian (2/N) Σ x xᵀ + 0.3, x with a 1 for the bias. */
  async function conditionNumber(): Promise<number> {
    const host = await dataset.take(Uint32Array.from(ids), new Uint32Array(N));
    const [{ data } = expect.fail()] = host.inputs as readonly { readonly data: Float32Array }[];
    const rows = ids.map((id) => [...data.subarray(4 * id, 4 * id + 4), 1]);
    const product = (v: Float64Array): Float64Array => {
      const out = v.map((value) => 0.3 * value);
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
