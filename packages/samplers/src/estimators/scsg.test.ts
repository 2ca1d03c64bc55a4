import { setUpPart } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { scsg } from "../index.js";
import {
  direction,
  expectEqual,
  gradientOf,
  ids,
  makeStep,
  moveOn,
  N,
  ridge,
  sumOf,
} from "../../testing/ridge.js";

type Estimator = ReturnType<typeof start>["role"];

function start(size: number, seed = 0) {
  return setUpPart(scsg({ size }), { seed });
}

/** E[v] away from the snapshot: the mean over single examples; and the ids that the snapshot is over. */
async function meanDirection(size: number) {
  const learner = ridge();
  const { role } = start(size);
  let drawn: readonly number[] = ids;
  const onWalk = (named: Uint32Array | undefined) => {
    if (named !== undefined) drawn = [...named];
  };
  const first = await makeStep(learner, { some: [2], onWalk });
  const means = {
    sampled: async () => gradientOf(learner, drawn),
    all: await gradientOf(learner, ids),
  };
  const before = await learner.state();
  await role.step(first);
  const after = await learner.state();
  await learner.restore(before);
  const sampled = await means.sampled();
  await learner.restore(after);
  await moveOn(learner, 9);
  const [here, kept] = [await learner.state(), await role.state()];
  const moves: (readonly [number, Float64Array])[] = [];
  for (const id of ids) {
    await learner.restore(here);
    await role.restore(kept);
    moves.push([1 / N, await direction(learner, role, await makeStep(learner, { some: [id] }))]);
  }
  await learner.restore(here);
  const full = await gradientOf(learner, ids, true);
  return { mean: sumOf(...moves), full, bias: sumOf([1, sampled], [-1, means.all]), drawn };
}

/** Lengths of the inner loops, the last of which may have been cut short. */
async function loops(role: Estimator, updates: number, some: readonly number[]) {
  const learner = ridge({ learningRate: 0.001 });
  const starts: number[] = [];
  const drawn: (readonly number[] | undefined)[] = [];
  for (let update = 0; update < updates; update++) {
    const onWalk = (named: Uint32Array | undefined) => {
      starts.push(update);
      drawn.push(named && [...named]);
    };
    const step = await makeStep(learner, { update, some, onWalk });
    await role.step(step);
    step.batch.dispose();
  }
  return { lengths: starts.slice(1).map((at, loop) => at - (starts[loop] as number)), drawn };
}

describe("scsg", () => {
  test("with B = N is unbiased", async () => {
    const { mean, full, drawn } = await meanDirection(N);
    expect(drawn).toEqual(ids);
    expectEqual(mean, full);
  });

  test("with B < N is biased by μ_B − μ, exactly", async () => {
    const { mean, full, bias, drawn } = await meanDirection(5);
    expect(new Set(drawn).size).toBe(5);
    expect(Math.hypot(...bias)).toBeGreaterThan(0.05 * Math.hypot(...full));
    expectEqual(mean, sumOf([1, full], [1, bias]));
  });

  test("makes inner loops of 1 + N steps, P(N = k) = γᵏ (1 − γ), γ = B / (B + b)", async () => {
    const gamma = 6 / (6 + 2);
    const { lengths } = await loops(start(6).role, 4000, [3, 8]);
    const mean = lengths.reduce((sum, length) => sum + length - 1, 0) / lengths.length;
    // Within 5 standard errors: the mean of N is B/b = 3, its variance γ / (1 − γ)² = 12.
    expect(lengths.length).toBeGreaterThan(800);
    expect(Math.abs(mean - 3)).toBeLessThan(5 * Math.sqrt(12 / lengths.length));
    for (let k = 0; k < 6; k++) {
      const share = lengths.filter((length) => length === 1 + k).length / lengths.length;
      const p = gamma ** k * (1 - gamma);
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / lengths.length));
    }
  });

  test("draws the examples of each loop anew, without replacement, all alike", async () => {
    const { drawn } = await loops(start(4).role, 4000, [3, 8]);
    const times = new Float64Array(N);
    for (const some of drawn) {
      expect(new Set(some).size).toBe(4);
      some?.forEach((id) => (times[id] = (times[id] as number) + 1));
    }
    const p = 4 / N;
    const error = Math.sqrt((p * (1 - p)) / drawn.length);
    times.forEach((count) => expect(Math.abs(count / drawn.length - p)).toBeLessThan(5 * error));
  });

  test("goes on in the middle of a loop from its state, and draws the same loops after it", async () => {
    const learner = ridge();
    const first = start(12);
    const run = async (role: Estimator, from: number, to: number) => {
      const found: unknown[] = [];
      for (let update = from; update < to; update++) {
        const onWalk = (named: Uint32Array | undefined) => found.push(update, named);
        const step = await makeStep(learner, { update, some: [7], onWalk });
        found.push(await direction(learner, role, step));
      }
      return found;
    };
    await run(first.role, 0, 2);
    const saved = structuredClone(await first.role.state());
    const [here, generators] = [await learner.state(), first.generators()];
    const { left } = saved["kept"] as { left: number };
    expect(left).toBeGreaterThan(1);
    const wanted = await run(first.role, 2, 60);
    const second = start(12);
    second.restoreGenerators(generators);
    await second.role.restore(saved);
    await learner.restore(here);
    const found = await run(second.role, 2, 60);
    expect(found).toEqual(wanted);
    expect(found.slice(0, left).every((each) => each instanceof Float64Array)).toBe(true);
    expect(found.length).toBeGreaterThan(58 + 2 * 2);
  });

  test("takes a mean over as many examples as its schedule says, at most all", async () => {
    const sizes: (number | undefined)[] = [];
    const growing = scsg({
      size: {
        steps: [
          ["0up", 3],
          ["10up", 6],
          ["20up", 900],
        ],
      },
    });
    for (const update of [0, 10, 20]) {
      const onWalk = (named: Uint32Array | undefined) => sizes.push(named?.length);
      const step = await makeStep(ridge(), { update, some: [1], onWalk });
      await setUpPart(growing).role.step(step);
    }
    expect(sizes).toEqual([3, 6, undefined]);
  });
});
