import type { Pool } from "@unequal/core";
import { setUpPart, toyPool } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { el2n } from "./el2n.js";

const C = 4;

/** A pool of eight candidates, of four classes, with a softmax each. */
function pool(width = C): Pool {
  const { signals, ...rest } = toyPool({ size: 8 });
  const raw = Array.from({ length: 8 * width }, (_, at) => 1 + ((5 * at) % 7));
  const totals = Array.from({ length: 8 }, (_, row) =>
    raw.slice(row * width, (row + 1) * width).reduce((sum, value) => sum + value, 0),
  );
  const probabilities = Float32Array.from(
    raw,
    (value, at) => value / (totals[Math.floor(at / width)] as number),
  );
  return { ...rest, signals: { ...signals, probabilities } };
}

function score(given: Pool): Float32Array {
  return setUpPart(el2n()).role.score(given);
}

test("is ‖p − e_y‖ by a naive loop", () => {
  const given = pool();
  score(given).forEach((found, row) => {
    let square = 0;
    for (let at = 0; at < C; at++) {
      const truth = given.labels?.[row] === at ? 1 : 0;
      square += ((given.signals.probabilities?.[row * C + at] as number) - truth) ** 2;
    }
    expect(found).toBeCloseTo(Math.sqrt(square), 6);
  });
});

test("is |p − y| where one number is the probability of class 1", () => {
  const labels = Int32Array.of(0, 1, 1);
  const signals = { probabilities: Float32Array.of(0.25, 0.25, 1) };
  const { ids, keys, weights, scoredAt } = toyPool({ size: 3 });
  expect([...score({ ids, keys, weights, scoredAt, labels, signals })]).toEqual([0.25, 0.75, 0]);
});

test("leaves the weights of examples out", () => {
  const given = pool();
  const weights = given.weights.map((_, row) => row);
  expect(score({ ...given, weights })).toEqual(score(given));
});

test.each([
  ["DATASET_INVALID", "needs the class", (({ labels: _, ...bare }) => bare)(pool())],
  ["SHAPE_MISMATCH", "3 classes, but an example is of class 3", pool(3)],
  ["SIGNAL_UNAVAILABLE", "probabilities", toyPool()],
])("%s: %s", (code, message, given) => {
  expect(() => score(given)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
  );
});
