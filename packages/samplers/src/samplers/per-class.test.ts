import type { Sampler } from "@unequal/core";
import { setUpPart } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import * as remembered from "../../testing/remembering.js";
import { perClass } from "./per-class.js";
import { upperBound } from "../scorers/upper-bound.js";

const N = 12;
/** Classes of 6, 4 and 2 examples, with labels that are no small numbers in order. */
const LABELS = Int32Array.from({ length: N }, (_, id) => (id < 6 ? 40 : id < 10 ? -1 : 7));

function start(options: Parameters<typeof perClass>[0] = {}): Sampler {
  const { role } = setUpPart(perClass(options));
  role.bind?.({ size: N, labels: LABELS });
  return role;
}

const signals = (losses: Float32Array) => ({
  loss: losses,
  "upper-bound": losses.map((loss) => 2 * loss),
});
const observe = (sampler: Sampler, losses: remembered.Known): void =>
  remembered.observe(sampler, losses, { signals });

const probabilities = (sampler: Sampler): number[] => remembered.probabilities(sampler, N);

function close(values: readonly number[]): number[] {
  return values.map((value) => expect.closeTo(value, 6) as number);
}

/** The library's loop over the rows, one by one, with corrected averages. */
function naiveScore(losses: readonly number[], momentum: number): number {
  let [mu, square, weight] = [0, 0, 0];
  for (const loss of losses) {
    const d = (1 - momentum) * loss;
    mu = momentum * mu + d;
    square = momentum * square + d * loss;
    weight = momentum * weight + 1 - momentum;
  }
  mu /= weight;
  return mu + Math.sqrt(Math.max(square / weight - mu ** 2, 0));
}

describe("p = u/N + (1 − u) s_c / Σ s, s_c = μ_c + σ_c", () => {
  const seen: readonly (readonly [number, number])[] = [
    [0, 3],
    [7, 0.5],
    [1, 1],
    [2, 4],
    [7, 0.5],
    [11, 0.25],
    [0, 2],
  ];

  test.each([0, 0.3])("as a naive loop has it, u = %f", (uniform) => {
    const sampler = start({ momentum: 0.8, uniform });
    observe(sampler, seen);
    const score = (ids: readonly number[]): number =>
      naiveScore(
        seen.filter(([id]) => ids.includes(id)).map(([, loss]) => loss),
        0.8,
      );
    const scores = [...LABELS].map((label) =>
      score([...LABELS.keys()].filter((id) => LABELS[id] === label)),
    );
    const total = scores.reduce((sum, each) => sum + each, 0);
    expect(probabilities(sampler)).toEqual(
      close(scores.map((each) => uniform / N + ((1 - uniform) * each) / total)),
    );
  });

  test("a class that was not seen counts as the mean of those that were", () => {
    const sampler = start({ uniform: 0 });
    observe(sampler, [
      [0, 3],
      [6, 1],
    ]);
    const total = 6 * 3 + 4 * 1 + 2 * 2;
    expect(probabilities(sampler)).toEqual(
      close([...LABELS].map((label) => (label === 40 ? 3 : label === -1 ? 1 : 2) / total)),
    );
  });

  test("all alike before anything is seen, and where all scores are 0", () => {
    const sampler = start({ uniform: 0 });
    expect(probabilities(sampler)).toEqual(close(Array<number>(N).fill(1 / N)));
    observe(sampler, [
      [0, 0],
      [6, 0],
      [10, 0],
    ]);
    expect(probabilities(sampler)).toEqual(close(Array<number>(N).fill(1 / N)));
  });

  test("of another score, if asked", () => {
    const [byLoss, byBound] = [start(), start({ scorer: upperBound() })];
    expect(byBound.requires).toEqual(["upper-bound"]);
    for (const sampler of [byLoss, byBound]) observe(sampler, seen);
    // Twice the loss: the same shares.
    expect(probabilities(byBound)).toEqual(close(probabilities(byLoss)));
  });
});

test("needs labels", () => {
  expect(() => setUpPart(perClass()).role.bind?.({ size: N })).toThrow(
    expect.objectContaining({ code: "LABELS_MISSING" }),
  );
});

test("a loss that is not finite names its example, and leaves the memory usable", () => {
  const sampler = start();
  observe(sampler, [[3, 1]]);
  expect(() => observe(sampler, [[4, NaN]])).toThrow(
    expect.objectContaining({
      code: "SCORE_NOT_FINITE",
      message: expect.stringContaining("example 4 ") as string,
    }),
  );
  expect(probabilities(sampler).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
});
