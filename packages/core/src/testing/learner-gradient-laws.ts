import { everyRow } from "../arrays/every-row.js";
import { expect } from "vitest";
import { difference, expectClose, expectDifferent, type Values } from "./close.js";
import type { Law } from "./law.js";
import {
  ROWS,
  UNEVEN,
  readOnce,
  savedState,
  withLearner,
  type LearnerSubject,
} from "./learner-run.js";

function scaled(values: Values, factor: number): Values {
  return values.map((array) => Float64Array.from(array, (value) => factor * value));
}

function added(left: Values, right: Values): Values {
  return difference(left, scaled(right, -1));
}

const linear: Law<LearnerSubject> = {
  name: "takes a gradient that is linear in the coefficients, and 0 for coefficients of 0",
  check: (make) =>
    withLearner(make, async ({ gradient }) => {
      const other = UNEVEN.toReversed();
      const [left, right] = [await gradient(UNEVEN), await gradient(other)];
      const sum = await gradient(UNEVEN.map((c, row) => c + 2 * (other[row] as number)));
      expectClose(sum, added(left, scaled(right, 2)));
      const nothing = await gradient(UNEVEN.map(() => 0));
      expectClose(nothing, scaled(left, 0));
      expectDifferent(left, nothing, 0);
    }),
};

const rowwise: Law<LearnerSubject> = {
  name: "takes the gradient of the rows named, in any order",
  check: (make) =>
    withLearner(make, async ({ learner, batch, gradient }) => {
      const of = async (rows: number[], coefficients: number[]): Promise<Values> => {
        const request = { noise: 11, mode: "inference", regulariser: false, signals: [] } as const;
        const weighted = {
          rows: Int32Array.from(rows),
          coefficients: Float32Array.from(coefficients),
        };
        const result = await learner.gradient({ batch, ...weighted }, request);
        expect(result.result.signals.loss?.length).toBe(rows.length);
        return readOnce(learner, result.gradient);
      };
      expectClose(await of([4, 1], [0.7, 0.2]), await gradient([0, 0.2, 0, 0, 0.7, 0]));
    }),
};

const firstStage: Law<LearnerSubject> = {
  name: "counts a first stage's weight into metrics as often as into the loss: like a part of the coefficient",
  check: (make) =>
    withLearner(make, async ({ learner, host, batch }) => {
      const factors = Float32Array.from(UNEVEN, (_, row) => 1 + (row % 3));
      const own = host.weights ?? new Float32Array(ROWS).fill(1);
      const weights = own.map((weight, row) => weight * (factors[row] as number));
      const proposed = learner.upload({ ...host, weights });
      const rows = everyRow(ROWS);
      const coefficients = Float32Array.from(UNEVEN);
      const request = { noise: 11, mode: "inference", regulariser: false, signals: [] } as const;
      const found = await learner.gradient(
        { batch: proposed, rows, coefficients, weights: factors },
        request,
      );
      const wanted = await learner.gradient(
        { batch, rows, coefficients: coefficients.map((c, row) => c * (factors[row] as number)) },
        request,
      );
      proposed.dispose();
      expectClose([[found.result.loss]], [[wanted.result.loss]]);
      expectClose(
        [Object.values(found.result.metrics)],
        [Object.keys(found.result.metrics).map((name) => wanted.result.metrics[name] ?? NaN)],
      );
      expectClose(
        await readOnce(learner, found.gradient),
        await readOnce(learner, wanted.gradient),
      );
    }),
};

const pure: Law<LearnerSubject> = {
  name: "takes gradients without changing anything, the same for the same noise seed",
  check: (make) =>
    withLearner(make, async ({ learner, gradient }) => {
      const before = await savedState(learner);
      const first = await gradient(UNEVEN);
      expect(await learner.state()).toEqual(before);
      expectClose(await gradient(UNEVEN), first, 1e-6);
      if (learner.facts.batchStatistics) return;
      const noisy = await gradient(UNEVEN, { mode: "training", noise: 5 });
      expectClose(await gradient(UNEVEN, { mode: "training", noise: 5 }), noisy, 1e-6);
      expect(await learner.state()).toEqual(before);
    }),
};

const elsewhere: Law<LearnerSubject> = {
  name: "takes a gradient at other parameters as if it had them, and keeps its own",
  check: (make) =>
    withLearner(make, async ({ learner, gradient, train, parameters }) => {
      const start = learner.parameters();
      const here = await gradient(UNEVEN);
      for (const noise of [1, 2, 3]) await train(noise);
      const now = await parameters();
      expectClose(await gradient(UNEVEN, { at: start }), here);
      expect(await parameters()).toEqual(now);
      expectDifferent(await gradient(UNEVEN), here);
      learner.assign(start);
      expectClose(await gradient(UNEVEN), here);
      start.dispose();
    }),
};

const pulledBack: Law<LearnerSubject> = {
  name: "pulls ∂ℓ/∂z back to the gradient of the losses, and nothing back to that of the regulariser",
  check: (make) =>
    withLearner(make, async ({ learner, batch, gradient }) => {
      const rows = Int32Array.from([4, 0, 1]);
      const delta = (await learner.compute(["output-gradient"], batch))["output-gradient"];
      const z = (await learner.compute(["embedding"], batch)).embedding;
      if (delta === undefined || z === undefined) return expect.fail("the signals must be offered");
      const width = z.length / ROWS;
      const pull = async (factor: number, regulariser: boolean): Promise<Values> => {
        const cotangent = (outputs: Float32Array): Float32Array => {
          const wanted = Array.from(rows, (row) => [...z.subarray(row * width, (row + 1) * width)]);
          expectClose([outputs], [wanted.flat()], 1e-5);
          return outputs.map((_, at) => {
            const row = rows[Math.floor(at / width)] as number;
            return factor * (UNEVEN[row] as number) * (delta[row * width + (at % width)] as number);
          });
        };
        const options = { noise: 11, mode: "inference", regulariser } as const;
        return readOnce(learner, await learner.pullback({ batch, rows }, cotangent, options));
      };
      const coefficients = UNEVEN.map((c, row) => (rows.includes(row) ? c : 0));
      expectClose(await pull(1, false), await gradient(coefficients));
      const nothing = UNEVEN.map(() => 0);
      expectClose(await pull(0, true), await gradient(nothing, { regulariser: true }));
    }),
};

const regularised: Law<LearnerSubject> = {
  name: "adds the regulariser's gradient once, whatever the coefficients",
  check: (make) =>
    withLearner(make, async ({ gradient }) => {
      const ofNothing = await gradient(
        UNEVEN.map(() => 0),
        { regulariser: true },
      );
      const whole = await gradient(UNEVEN, { regulariser: true });
      expectClose(added(await gradient(UNEVEN), ofNothing), whole);
    }),
};

const algebra: Law<LearnerSubject> = {
  name: "combines, reads and writes handles, which stay their owner's",
  check: (make) =>
    withLearner(make, async ({ learner, parameters }) => {
      const own = learner.parameters();
      const values = await learner.read(own);
      const written = learner.write(values);
      expect(await learner.read(written)).toEqual(values);
      const combined = learner.combine([
        [3, own],
        [-1, written],
        [0.5, own],
      ]);
      expectClose(await readOnce(learner, combined), scaled(values, 2.5), 1e-6);
      expect(await learner.read(own)).toEqual(values);
      learner.assign(learner.combine([[2, own]]));
      expectClose(await parameters(), scaled(values, 2), 1e-6);
      expect(await learner.read(own), "parameters() gives a copy").toEqual(values);
      learner.assign(written);
      for (const handle of [own, written]) handle.dispose();
      expect(await parameters(), "assign() keeps a copy").toEqual(values);
    }),
};

const applied: Law<LearnerSubject> = {
  name: "steps as it does when its own regularised gradient is applied",
  check: (make) =>
    withLearner(make, async ({ learner, batch, train, parameters }) => {
      const start = await savedState(learner);
      const before = await parameters();
      const stepped = await train(9);
      expectDifferent(stepped, before);
      await learner.restore(start);
      const rows = everyRow(ROWS);
      const { gradient } = await learner.gradient(
        { batch, rows, coefficients: Float32Array.from(UNEVEN) },
        { noise: 9, mode: "training", regulariser: true, signals: [] },
      );
      learner.apply(gradient);
      gradient.dispose();
      expectClose(difference(await parameters(), before), difference(stepped, before), 1e-3);
    }),
};

const stretched: Law<LearnerSubject> = {
  name: "multiplies its learning rate by a step's own factor for that step alone, where it says that it can",
  check: (make) =>
    withLearner(make, async ({ learner, batch, parameters, train }) => {
      const usual = learner.learningRate();
      if (!learner.facts.scalesRate || usual === undefined) return;
      await train(1);
      const start = await savedState(learner);
      const rows = everyRow(ROWS);
      const weighted = { batch, rows, coefficients: Float32Array.from(UNEVEN) };
      const step = (rate?: number) =>
        learner.step(weighted, { noise: 9, signals: [], ...(rate !== undefined && { rate }) });
      learner.setLearningRate(1.75 * usual);
      await step();
      learner.setLearningRate(usual);
      await step();
      const expected = await parameters();
      await learner.restore(start);
      learner.setLearningRate(usual);
      await step(1.75);
      expect(learner.learningRate()).toBe(usual);
      const longer = await parameters();
      await step();
      expectClose(await parameters(), expected, 1e-6);
      await learner.restore(start);
      learner.setLearningRate(usual);
      const request = { noise: 9, mode: "training", regulariser: true, signals: [] } as const;
      const { gradient } = await learner.gradient(weighted, request);
      learner.apply(gradient, 1.75);
      gradient.dispose();
      expect(learner.learningRate()).toBe(usual);
      expectClose(await parameters(), longer, 1e-4);
    }),
};

/** What must be true of a learner's gradients and handles. */
export const learnerGradientLaws: readonly Law<LearnerSubject>[] = [
  linear,
  rowwise,
  firstStage,
  pure,
  elsewhere,
  pulledBack,
  regularised,
  algebra,
  applied,
  stretched,
];
