import { describe, expect, test } from "vitest";
import type { HostArray } from "../contracts/arrays.js";
import { UnequalError } from "../errors.js";
import { expectBroken } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { learnerLaws } from "./learner-laws.js";
import { toyDataset } from "./toy-dataset.js";
import { toyLearner } from "./toy-learner.js";
import type { ToyLearner } from "./toy-learner.js";

describe("learner laws", () => {
  const subject = (change: (inner: ToyLearner) => Partial<ToyLearner>) => () => {
    const inner = toyLearner({ dropout: 0.3, momentum: 0.9, l2: 0.2 });
    const learner = { ...inner, ...change(inner) };
    return { learner, dataset: toyDataset({ size: 10 }), alive: () => inner.alive() };
  };

  test("hold for the learner that the faulty ones below are made of", async () => {
    expect(
      await brokenLaws(
        learnerLaws,
        subject(() => ({})),
      ),
    ).toEqual([]);
  });

  type Change = (inner: ToyLearner) => Partial<ToyLearner>;
  const faults: readonly (readonly [string, Change, string])[] = [
    [
      "scores in training mode",
      (inner) => {
        let noise = 0;
        return {
          compute: async (names, batch) => {
            const rows = Int32Array.from({ length: batch.size }, (_, row) => row);
            const coefficients = new Float32Array(batch.size);
            const { gradient, result } = await inner.gradient(
              { batch, rows, coefficients },
              { noise: ++noise, mode: "training", regulariser: false, signals: names },
            );
            gradient.dispose();
            return result.signals;
          },
        };
      },
      "in inference mode",
    ],
    [
      "averages over the rows instead of summing coefficients",
      (inner) => ({
        gradient: async (rows, options) => {
          const sum = rows.coefficients.reduce((total, c) => total + c, 0);
          const { gradient, result } = await inner.gradient(rows, options);
          const mean = inner.combine([[1 / Math.max(sum, 0.01), gradient]]);
          gradient.dispose();
          return { gradient: mean, result };
        },
      }),
      "linear in the coefficients",
    ],
    [
      "scales the regulariser with the coefficients",
      (inner) => ({
        gradient: async (rows, options) => {
          const sum = rows.coefficients.reduce((total, c) => total + c, 0);
          const whole = await inner.gradient(rows, options);
          const bare = await inner.gradient(rows, { ...options, regulariser: false });
          const gradient = inner.combine([
            [sum, whole.gradient],
            [1 - sum, bare.gradient],
          ]);
          whole.gradient.dispose();
          bare.gradient.dispose();
          return { gradient, result: whole.result };
        },
      }),
      "the regulariser's gradient once",
    ],
    [
      "pulls back without the regulariser",
      (inner) => ({
        pullback: (rows, cotangent, options) =>
          inner.pullback(rows, cotangent, { ...options, regulariser: false }),
      }),
      "pulls ∂ℓ/∂z back",
    ],
    [
      "pulls back the first rows of the batch, whichever were named",
      (inner) => ({
        pullback: ({ batch, rows }, cotangent, options) =>
          inner.pullback({ batch, rows: rows.map((_, at) => at) }, cotangent, options),
      }),
      "pulls ∂ℓ/∂z back",
    ],
    [
      "takes every gradient at its present parameters",
      (inner) => ({
        gradient: (rows, { at: _, ...options }) => inner.gradient(rows, options),
      }),
      "at other parameters",
    ],
    [
      "takes the first rows, whichever are named",
      (inner) => ({
        gradient: (rows, options) =>
          inner.gradient({ ...rows, rows: rows.rows.map((_, at) => at) }, options),
      }),
      "of the rows named",
    ],
    [
      "leaves a first stage's weight out of its metrics",
      (inner) => ({
        gradient: ({ weights: _, ...rows }, options) => inner.gradient(rows, options),
      }),
      "a first stage's weight into metrics",
    ],
    [
      "draws its own dropout masks",
      (inner) => {
        let noise = 0;
        return {
          gradient: (rows, options) => inner.gradient(rows, { ...options, noise: ++noise }),
        };
      },
      "without changing anything",
    ],
    [
      "reports the mean loss of the rows",
      (inner) => ({
        step: async (...given) => {
          const result = await inner.step(...given);
          const losses = result.signals.loss as Float32Array;
          return { ...result, loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length };
        },
      }),
      "Σ coefficient · loss",
    ],
    [
      "ignores the weights of examples",
      (inner) => ({ upload: ({ weights: _, ...host }) => inner.upload(host) }),
      "an example's weight",
    ],
    [
      "takes targets of any shape",
      (inner) => ({
        upload: (host) => {
          const [targets] = Object.values(host.targets);
          const shape = [host.size, 2];
          return inner.upload({ ...host, targets: [{ ...(targets as HostArray), shape }] });
        },
      }),
      "of another shape",
    ],
    [
      "evaluates the mean of the means of batches",
      (inner) => ({
        evaluate: async (dataset, { batchSize = 10 } = {}) => {
          const evaluation = await inner.evaluate(dataset);
          return { ...evaluation, loss: evaluation.loss * (1 + 0.01 * (10 % batchSize)) };
        },
      }),
      "whatever the batch size",
    ],
    [
      "gives signals of the wrong length",
      (inner) => ({
        compute: async (...given) => {
          const signals = await inner.compute(...given);
          return { ...signals, "upper-bound": new Float32Array(13) };
        },
      }),
      "every signal that it offers",
    ],
    [
      "leaves the momentum out of its state",
      (inner) => ({
        state: async () => {
          const state = await inner.state();
          const velocity = (state.velocity as Float64Array).map(() => 0);
          return { ...state, velocity };
        },
      }),
      "continues bit for bit",
    ],
    [
      "ignores its learning rate",
      () => ({ setLearningRate: () => undefined }),
      "follows its learning rate",
    ],
    [
      "applies gradients twice",
      (inner) => ({
        apply: (gradient) => {
          inner.apply(gradient);
          inner.apply(gradient);
        },
      }),
      "regularised gradient is applied",
    ],
    [
      "sums handles without their factors",
      (inner) => ({
        combine: (terms) => inner.combine(terms.map(([, handle]) => [1, handle] as const)),
      }),
      "combines, reads and writes",
    ],
    [
      "forgets a handle at each step",
      (inner) => ({
        step: (...given) => {
          inner.parameters();
          return inner.step(...given);
        },
      }),
      "leaves nothing on the engine",
    ],
    [
      "restores whatever it is given",
      () => ({ restore: async () => undefined }),
      "the state of another version",
    ],
    [
      "exports nothing",
      () => ({ exportModel: async () => ({ format: "", files: {} }) }),
      "exports",
    ],
    [
      "shares its parameters with its replicas",
      (inner) => ({
        replicate: async (...given) => {
          const replica = await inner.replicate?.(...given);
          if (replica === undefined) throw new Error("the toy has replicas");
          return {
            ...replica,
            compute: async (request) => {
              await new Promise((resolve) => setTimeout(resolve));
              replica.publish(1);
              return replica.compute(request);
            },
          };
        },
      }),
      "a replica computes",
    ],
    [
      "can never be had twice",
      () => ({
        replicate: () => Promise.reject(new UnequalError("SCORING_UNAVAILABLE", "Not here.")),
      }),
      "a replica computes",
    ],
    [
      "does not free its replicas",
      (inner) => ({
        replicate: async (...given) => {
          const replica = await inner.replicate?.(...given);
          if (replica === undefined) throw new Error("the toy has replicas");
          return { ...replica, dispose: () => Promise.resolve() };
        },
      }),
      "a replica that is disposed",
    ],
  ];

  test("let a learner refuse replicas where its fixture says so, and there alone", async () => {
    const refused = (change: Change) => () => ({ ...subject(change)(), replicable: false });
    const refuse: Change = () => ({
      replicate: () => Promise.reject(new UnequalError("SCORING_UNAVAILABLE", "Not here.")),
    });
    expect(await brokenLaws(learnerLaws, refused(refuse))).toEqual([]);
    await expectBroken(
      learnerLaws,
      refused(() => ({})),
      "a replica computes",
    );
  });

  test.each(faults)("catch a learner that %s", async (_, change, fragment) => {
    await expectBroken(learnerLaws, subject(change), fragment);
  });
});
