import { linear, type Reference, type Schedule } from "@unequal/core";
import { setUpPart } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { svrg } from "../index.js";
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

describe("svrg", () => {
  test("steps along the full gradient, whatever the batch, where θ = θ̃", async () => {
    for (const some of [[3], [1, 15], ids]) {
      const learner = ridge();
      const full = await gradientOf(learner, ids, true);
      const { role } = setUpPart(svrg());
      expectEqual(await direction(learner, role, await makeStep(learner, { some })), full);
    }
  });

  test.each<[number | Schedule | undefined, number]>([
    [undefined, 1],
    [0.4, 0.4],
    [0, 0],
    [linear(0.75, 0), 0.6],
  ])(
    "with alpha %j steps along g(θ) − α (g(θ̃) − μ) + ∇R(θ) away from the snapshot",
    async (given, alpha) => {
      const learner = ridge();
      const { role } = setUpPart(svrg({ every: 30, ...(given !== undefined && { alpha: given }) }));
      const past = await gradientOf(learner, [5, 6]);
      const mean = await gradientOf(learner, ids);
      await direction(learner, role, await makeStep(learner, { some: [2] }));
      const present = await gradientOf(learner, [5, 6], true);
      // After 20 of the 100 updates that a made-up run has.
      const step = await makeStep(learner, { update: 20, some: [5, 6] });
      const naive = sumOf([1, present], [-alpha, past], [alpha, mean]);
      expectEqual(await direction(learner, role, step), naive);
    },
  );

  test("takes a snapshot every so many updates, by default every two epochs", async () => {
    const walksIn = async (updates: number, every?: number): Promise<number[]> => {
      const learner = ridge();
      const { role } = setUpPart(svrg(every === undefined ? {} : { every }));
      const walks: number[] = [];
      for (let update = 0; update < updates; update++) {
        const onWalk = () => walks.push(update);
        const step = await makeStep(learner, { update, some: [update % N], onWalk });
        await role.step(step);
      }
      return walks;
    };
    expect(await walksIn(7, 3)).toEqual([0, 3, 6]);
    // Epochs of four updates.
    expect(await walksIn(18)).toEqual([0, 8, 16]);
  });

  test("returns the loss of the batch at θ, without the regulariser", async () => {
    const learner = ridge();
    const { role } = setUpPart(svrg());
    const { signals, loss } = await role.step(await makeStep(learner, { some: [4, 9] }));
    const [first = NaN, second = NaN] = signals.loss ?? [];
    expect(loss).toBeCloseTo((first + second) / 2, 6);
  });

  test("masks the same inputs in both passes", async () => {
    const learner = ridge({ dropout: 0.5 });
    const { role } = setUpPart(svrg());
    const mean = async () => {
      // θ = θ̃ and one noise: g − g̃ vanishes, and v is μ + ∇R, whatever the batch.
      const state = await learner.state();
      const moves = [];
      for (const some of [[3], [4, 11]]) {
        await learner.restore(state);
        moves.push(await direction(learner, role, await makeStep(learner, { some })));
      }
      return moves as [Float64Array, Float64Array];
    };
    const [one, other] = await mean();
    expectEqual(one, other);
  });

  test("keeps its snapshot if the next one fails, and frees what that made", async () => {
    const learner = ridge();
    const { role } = setUpPart(svrg({ every: 2 }));
    const failing = async (update: number) => {
      const step = await makeStep(learner, { update, some: [1] });
      const walk: Reference["walk"] = async (visit) => {
        await step.reference.walk(visit);
        throw new Error("the file is gone");
      };
      await expect(role.step({ ...step, reference: { size: N, walk } })).rejects.toThrow(
        "the file is gone",
      );
      step.batch.dispose();
    };
    await failing(0);
    expect(learner.alive()).toBe(0);
    await direction(learner, role, await makeStep(learner, { some: [1] }));
    const held = learner.alive();
    await failing(2);
    expect(learner.alive()).toBe(held);
    await moveOn(learner, 3);
    await direction(learner, role, await makeStep(learner, { update: 1, some: [1] }));
    role.dispose();
    expect(learner.alive()).toBe(0);
  });

  test("takes no mean over nothing", async () => {
    const step = await makeStep(ridge(), { some: [1] });
    const empty = { size: 0, walk: async () => undefined };
    const nothing = setUpPart(svrg()).role.step({ ...step, reference: empty });
    await expect(nothing).rejects.toThrow(expect.objectContaining({ code: "DATASET_EMPTY" }));
  });
});
