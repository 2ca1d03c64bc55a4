import { createRandom } from "@unequal/core";
import { expect, test } from "vitest";
import { secondMoments } from "./second-moments.js";

const N = 30;
const random = createRandom("moments");
/** Gradients in three dimensions, with a mean that is not 0. */
const gradients = Array.from({ length: N }, () =>
  [1, 2, -1].map((mean) => mean + 4 * random.uniform() ** 3 - 1),
);
const norms = Float64Array.from(gradients, (gradient) => Math.hypot(...gradient));
const weights = norms.map((norm) => norm * (0.7 + 0.6 * random.uniform()) + 0.2);
const mu = [0, 1, 2].map((at) => gradients.reduce((sum, g) => sum + (g[at] as number), 0) / N);

/** Tr Σ(q) of the estimate g_n / (N q_n), by its definition. */
function trace(proposal: Float64Array): number {
  const total = proposal.reduce((sum, weight) => sum + weight, 0);
  return gradients.reduce((sum, gradient, n) => {
    const q = (proposal[n] as number) / total;
    const squares = gradient.map((value, at) => (value / (N * q) - (mu[at] as number)) ** 2);
    return sum + q * squares.reduce((a, b) => a + b);
  }, 0);
}

test("squares are Tr Σ(q) + ‖μ‖² of q ideal, stale and uniform, by the definition", () => {
  const { ideal, stale, uniform } = secondMoments(norms, weights);
  const square = Math.hypot(...mu) ** 2;
  const proposals = [norms, weights, new Float64Array(N).fill(1)];
  [ideal, stale, uniform].forEach((root, at) => {
    expect(root ** 2).toBeCloseTo(trace(proposals[at] as Float64Array) + square, 10);
  });
  expect(ideal).toBeLessThan(stale);
  expect(stale).toBeLessThan(uniform);
});

test("weights that are all 0 stand for uniform, a single one for what is out of reach", () => {
  const { uniform, stale } = secondMoments(norms, new Float64Array(N));
  expect(stale).toBe(uniform);
  expect(secondMoments(norms, weights.with(3, 0)).stale).toBe(Infinity);
  const still = secondMoments(norms.with(3, 0), weights.with(3, 0)).stale;
  expect(Number.isFinite(still)).toBe(true);
});
