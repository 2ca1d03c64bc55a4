import { describe, expect, test } from "vitest";
import type { Estimator, EstimatorStep } from "../contracts/estimator.js";
import type { Pool } from "../contracts/pool.js";
import type { Behaviour } from "../plugin/facts.js";
import { defineEstimator, defineSampler } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { restored } from "../state/restored.js";
import { stateless } from "../state/stateless.js";
import { estimatorLaws } from "./estimator-laws.js";
import { expectBroken } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { samplerLaws } from "./sampler-laws.js";
import { toyLearner } from "./toy-learner.js";

const registry = new Registry([]);

/** Pairs the rows whose first outputs are next to each other: 0 with 1, 2 with 3, …. */
function neighbours({ ids, signals: { embedding = new Float32Array() } }: Pool): Int32Array {
  const first = (row: number): number => embedding[(row * embedding.length) / ids.length] as number;
  const order = Int32Array.from(ids.keys()).sort((a, b) => first(a) - first(b));
  return order.slice(0, 2 * Math.floor(order.length / 2));
}

const pairing: Behaviour<"sampler"> = {
  ...stateless("pairing"),
  select: (pool) => {
    const rows = neighbours(pool);
    return {
      rows,
      planned: Math.max(1, rows.length / 2),
      population: pool.ids.length,
      arity: 2,
    };
  },
};

describe("sampler laws, of groups", () => {
  const subject = (sampler: Behaviour<"sampler">) => ({
    part: defineSampler({
      name: "subject",
      summary: "Test.",
      facts: { arity: 2, reads: ["embedding"] },
      setup: () => sampler,
    })(),
    registry,
  });
  const rows = (change: (rows: Int32Array) => Int32Array): Behaviour<"sampler"> => ({
    ...pairing,
    select: (...given) => {
      const selection = pairing.select(...given);
      return { ...selection, rows: change(selection.rows) };
    },
  });

  test("hold for a sampler that pairs neighbours", async () => {
    expect(await brokenLaws(samplerLaws, subject(pairing))).toEqual([]);
  });

  const faults: readonly (readonly [string, Behaviour<"sampler">, string])[] = [
    [
      "pairs a row with itself",
      rows((all) => all.map((_, at) => all[at - (at % 2)] as number)),
      "of its arity",
    ],
    ["never finds a pair", rows(() => new Int32Array()), "of its arity"],
    ["leaves a group incomplete", rows((all) => all.slice(1)), "draws rows of any pool"],
    [
      "says nothing of groups in its selection",
      {
        ...pairing,
        select: (...given) => {
          const { arity: _, ...selection } = pairing.select(...given);
          return selection;
        },
      },
      "of its arity",
    ],
  ];

  test.each(faults)("catch a sampler that %s", async (_, sampler, fragment) => {
    await expectBroken(samplerLaws, subject(sampler), fragment);
  });
});

/** Steps on ½ ‖z_i − z_j‖² of every pair. */
async function closer({ learner, groups = new Int32Array(), ...step }: EstimatorStep) {
  const losses = new Float32Array(step.rows.length);
  const coefficients = [...step.coefficients];
  let loss = 0;
  const cotangent = (z: Float32Array): Float32Array => {
    const width = z.length / step.rows.length;
    const slope = new Float32Array(z.length);
    coefficients.forEach((coefficient, group) => {
      const [i = 0, j = 0] = groups.subarray(2 * group, 2 * group + 2);
      let own = 0;
      for (let at = 0; at < width; at++) {
        const gap = (z[i * width + at] as number) - (z[j * width + at] as number);
        own += gap ** 2 / 2;
        slope[i * width + at] = (slope[i * width + at] as number) + coefficient * gap;
        slope[j * width + at] = (slope[j * width + at] as number) - coefficient * gap;
      }
      loss += coefficient * own;
      losses.fill(own, i, i + 1).fill(own, j, j + 1);
    });
    return slope;
  };
  const { noise } = step;
  const options = { noise, mode: "training", regulariser: true } as const;
  const gradient = await learner.pullback(step, cotangent, options);
  learner.apply(gradient);
  gradient.dispose();
  return { loss, metrics: {}, signals: { loss: losses } };
}

describe("estimator laws, of groups", () => {
  const honest: Behaviour<"estimator"> = {
    state: async () => ({ version: 1 }),
    restore: async (state) => void restored(state, 1, "honest"),
    step: closer,
    dispose: () => undefined,
  };
  const subject = (estimator: Behaviour<"estimator">) => ({
    part: defineEstimator({
      name: "subject",
      summary: "Test.",
      unbiased: true,
      facts: { arity: 2 },
      setup: () => estimator,
    })(),
    registry,
    makeLearner: () => toyLearner({ l2: 0.05 }),
  });

  test("hold for an estimator that draws pairs together", async () => {
    expect(await brokenLaws(estimatorLaws, subject(honest))).toEqual([]);
  });

  const faults: readonly (readonly [string, Estimator["step"], string])[] = [
    [
      "squares the coefficients",
      (step) => closer({ ...step, coefficients: step.coefficients.map((c) => c * c) }),
      "is unbiased",
    ],
    [
      "sums losses without their coefficients",
      async (step) => {
        const { signals, ...result } = await closer(step);
        return { ...result, signals, loss: signals.loss.reduce((sum, loss) => sum + loss, 0) / 2 };
      },
      "Σ coefficient · loss",
    ],
    [
      "tells no loss of its rows",
      async (step) => ({ ...(await closer(step)), signals: {} }),
      "Σ coefficient · loss",
    ],
  ];

  test.each(faults)("catch an estimator that %s", async (_, step, fragment) => {
    await expectBroken(estimatorLaws, subject({ ...honest, step }), fragment);
  });
});
