import { describe, expect, test } from "vitest";
import type { Behaviour } from "../plugin/facts.js";
import { defineEstimator } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { restored } from "../state/restored.js";
import { estimatorLaws } from "./estimator-laws.js";
import { expectBroken, type Breach } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { toyLearner } from "./toy-learner.js";

const registry = new Registry([]);

describe("estimator laws", () => {
  const honest: Behaviour<"estimator"> = {
    state: async () => ({ version: 1 }),
    restore: async (state) => void restored(state, 1, "honest"),
    step: ({ learner, noise, signals, ...rows }) => learner.step(rows, { noise, signals }),
    dispose: () => undefined,
  };
  const subject = (setup: () => Behaviour<"estimator">) => ({
    part: defineEstimator({ name: "subject", summary: "Test.", unbiased: true, setup })(),
    registry,
    makeLearner: () => toyLearner({ l2: 0.05 }),
  });

  test("hold for plain steps", async () => {
    expect(
      await brokenLaws(
        estimatorLaws,
        subject(() => honest),
      ),
    ).toEqual([]);
  });

  const faults: readonly (readonly [string, () => Behaviour<"estimator">, Breach])[] = [
    [
      "doubles the coefficients",
      () => ({
        ...honest,
        step: (step) => honest.step({ ...step, coefficients: step.coefficients.map((c) => 2 * c) }),
      }),
      "is unbiased",
    ],
    [
      "leaves out the regulariser",
      () => ({
        ...honest,
        step: async ({ learner, noise, signals, ...rows }) => {
          const request = { noise, signals, mode: "training", regulariser: false } as const;
          const { gradient, result } = await learner.gradient(rows, request);
          learner.apply(gradient);
          gradient.dispose();
          return result;
        },
      }),
      "is unbiased",
    ],
    [
      "keeps a copy of the parameters at each step",
      () => ({
        ...honest,
        step: (step) => {
          step.learner.parameters();
          return honest.step(step);
        },
      }),
      "holds no more on the engine",
    ],
    [
      "keeps a count out of its state",
      () => {
        let steps = 0;
        return {
          ...honest,
          step: (step) =>
            honest.step({
              ...step,
              coefficients: step.coefficients.map((c) => (steps++ % 3 === 2 ? 0 : c)),
            }),
        };
      },
      "continues the same",
    ],
    [
      "measures coefficients by the first one, and saves it not",
      () => {
        let first: number | undefined;
        return {
          ...honest,
          step: ({ coefficients, ...step }) => {
            const unit = (first ??= coefficients[0] as number);
            return honest.step({ ...step, coefficients: coefficients.map((c) => c / unit) });
          },
        };
      },
      ["continues the same", /restored by one that has stepped on other examples/],
    ],
    [
      "changes its ways after 100 steps",
      () => {
        let steps = 0;
        return {
          ...honest,
          step: ({ coefficients, ...step }) => {
            const factor = steps++ < 100 ? 1 : 2;
            return honest.step({ ...step, coefficients: coefficients.map((c) => factor * c) });
          },
        };
      },
      [
        "continues the same",
        /taken back 120 steps later: all that it goes by must be in state\(\)/,
      ],
    ],
    [
      "forgets the signals",
      () => ({ ...honest, step: (step) => honest.step({ ...step, signals: [] }) }),
      "the signals asked for",
    ],
    [
      "restores whatever it is given",
      () => ({ ...honest, restore: async () => undefined }),
      "another version",
    ],
  ];

  test.each(faults)("catch an estimator that %s", async (_, setup, fragment) => {
    await expectBroken(estimatorLaws, subject(setup), fragment);
  });
});
