import { setUpPart, type ToyLearner } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { katyusha } from "../index.js";
import {
  expectEqual,
  gradientOf,
  ids,
  LAMBDA,
  makeStep,
  N,
  nonlinearRidge,
  ridge,
  sumOf,
  theta,
} from "../../testing/ridge.js";

const M = 4;
const batchOf = (update: number): number[] => [update % N, (update * 5 + 1) % N];

/** Sets θ and returns a gradient there; the learner is the test's own. */
async function gradientAt(
  learner: ToyLearner,
  at: Float64Array,
  some: readonly number[],
  regulariser = false,
) {
  const state = await learner.state();
  await learner.restore({ ...state, theta: at });
  return gradientOf(learner, some, regulariser);
}

/** Algorithms 1 (σ > 0) and 2 of the paper as printed, with all the y of an epoch kept; gives y after each step. */
async function naiveKatyusha(
  start: Float64Array,
  { sigma, etaAt, updates }: { sigma: number; etaAt: (update: number) => number; updates: number },
) {
  const learner = ridge();
  let [y, z, snapshot] = [start, start, start];
  const found: Float64Array[] = [];
  for (let s = 0; s * M < updates; s++) {
    const mu = await gradientAt(learner, snapshot, ids);
    const epoch: [number, Float64Array][] = [];
    let weight = 1;
    for (let k = s * M; k < Math.min(updates, (s + 1) * M); k++) {
      const L = 1 / (3 * etaAt(k));
      const tau1 = sigma > 0 ? Math.min(Math.sqrt(M * sigma) / Math.sqrt(3 * L), 0.5) : 2 / (s + 4);
      const alpha = 1 / (3 * tau1 * L);
      const x = sumOf([tau1, z], [0.5, snapshot], [0.5 - tau1, y]);
      const v = sumOf(
        [1, mu],
        [1, await gradientAt(learner, x, batchOf(k), true)],
        [-1, await gradientAt(learner, snapshot, batchOf(k))],
      );
      z = sumOf([1, z], [-alpha, v]);
      y = sumOf([1, x], [-1 / (3 * L), v]);
      if (epoch.length > 0) weight *= 1 + alpha * sigma;
      epoch.push([weight, y]);
      found.push(y);
    }
    const total = epoch.reduce((sum, [each]) => sum + each, 0);
    snapshot = sumOf(...epoch.map(([each, of]) => [each / total, of] as const));
  }
  return found;
}

async function run(
  learner: ToyLearner,
  part: ReturnType<typeof katyusha>,
  updates: number,
  rateAt?: (update: number) => number,
) {
  const { role } = setUpPart(part);
  const found: Float64Array[] = [];
  for (let update = 0; update < updates; update++) {
    if (rateAt !== undefined) learner.setLearningRate(rateAt(update));
    const step = await makeStep(learner, { update, some: batchOf(update) });
    await role.step(step);
    step.batch.dispose();
    found.push(await theta(learner));
  }
  role.dispose();
  expect(learner.alive()).toBe(0);
  return found;
}

describe("katyusha", () => {
  test.each([
    ["σ known, τ₁ below ½", LAMBDA, () => 0.08],
    ["σ known, τ₁ = ½", 3, () => 0.08],
    ["σ unknown", 0, () => 0.08],
    ["a learning rate that falls", LAMBDA, (update: number) => 0.08 * 0.9 ** update],
  ])("steps as the paper says: %s", async (_, sigma, etaAt) => {
    const learner = ridge();
    const wanted = await naiveKatyusha(await theta(learner), { sigma, etaAt, updates: 3 * M + 2 });
    const part = katyusha({ strongConvexity: sigma, every: M });
    const found = await run(learner, part, 3 * M + 2, etaAt);
    found.forEach((y, at) => expectEqual(y, wanted[at] as Float64Array));
  });

  test("takes no account of what the optimizer remembers, nor of the model being linear", async () => {
    const plainly = await run(ridge(), katyusha(), 10);
    expect(await run(ridge({ momentum: 0.9 }), katyusha(), 10)).toEqual(plainly);
    expect(await run(nonlinearRidge(), katyusha(), 10)).toEqual(plainly);
  });

  test("says once that it stands in for the optimizer", async () => {
    const { role, events } = setUpPart(katyusha());
    const messages: string[] = [];
    events.on("warning", ({ message }) => messages.push(message));
    const learner = ridge();
    for (let update = 0; update < 20; update++)
      await role.step(await makeStep(learner, { update, some: [1] }));
    expect(messages).toEqual([expect.stringContaining("only its learning rate counts")]);
  });

  test("refuses an optimizer without a learning rate", () => {
    const learner = { ...ridge(), learningRate: () => undefined };
    expect(() => setUpPart(katyusha()).role.bind?.(learner, { size: N })).toThrow(
      expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" }),
    );
  });
});
