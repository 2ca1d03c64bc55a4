import {
  createRandom,
  type Batch,
  type Estimator,
  type EstimatorStep,
  type Reference,
} from "@unequal/core";
import { setUpPart, toyDataset, toyLearner, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { plain, svrg } from "../index.js";

const N = 16;

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
    reference: {
      size: N,
      walk: async (visit) => {
        const batch = await upload(learner, ids);
        await visit(batch, Uint32Array.from(ids));
        batch.dispose();
      },
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
      const walk: Reference["walk"] = (visit) => {
        walks += 1;
        return step.reference.walk(visit);
      };
      await role.step({ ...step, reference: { size: N, walk } });
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
    expect(() => setUpPart(svrg()).role.bind?.({ ...learner, facts }, { size: N })).toThrow(
      expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" }),
    );
  });

  test("frees what it made if the reference set fails it", async () => {
    const learner = ridge();
    const { role } = setUpPart(svrg());
    const step = await makeStep(learner, 0, [1]);
    const walk: Reference["walk"] = async (visit) => {
      await step.reference.walk(visit);
      throw new Error("the file is gone");
    };
    await expect(role.step({ ...step, reference: { size: N, walk } })).rejects.toThrow(
      "the file is gone",
    );
    step.batch.dispose();
    expect(learner.alive()).toBe(0);
  });

  test("takes no mean over nothing", async () => {
    const step = await makeStep(ridge(), 0, [1]);
    const empty = { size: 0, walk: async () => undefined };
    const nothing = setUpPart(svrg()).role.step({ ...step, reference: empty });
    await expect(nothing).rejects.toThrow(expect.objectContaining({ code: "DATASET_EMPTY" }));
  });
});
