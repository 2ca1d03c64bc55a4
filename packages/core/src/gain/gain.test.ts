import { describe, expect, test } from "vitest";
import type { Pool } from "../contracts/pool.js";
import type { Sampler } from "../contracts/sampler.js";
import { createRandom } from "../random/create-random.js";
import { toyProgress } from "../testing/toy-pool.js";
import { effectiveSampleSize, estimateGain, gain, tauOf, totalVariationOf } from "./gain.js";

const B = 320;
const b = 64;

/** Draws p ∝ s, with the variance of the number of times that a row is drawn. */
function proportional(variance: (expected: number) => number): Pick<Sampler, "law"> {
  const expected = ({ scores }: Pool, count: number): Float64Array => {
    const total = (scores as Float32Array).reduce((sum, s) => sum + s, 0);
    return Float64Array.from(scores as Float32Array, (s) => (count * s) / total);
  };
  return {
    law: (pool, count) => ({ expected: expected(pool, count), variance }),
  };
}

const fraction = (e: number): number => e - Math.floor(e);
const DRAWS = {
  multinomial: proportional((e) => e),
  systematic: proportional((e) => fraction(e) * (1 - fraction(e))),
};

function poolOf(scores: Float32Array): Pool {
  const size = scores.length;
  return {
    ids: new Uint32Array(size),
    keys: new Uint32Array(size),
    weights: new Float32Array(size).fill(1),
    signals: {},
    scores,
    scoredAt: 0,
  };
}

/** Scores s = u^k: bounded, and the more uneven the larger k; τ = (k + 1)² / (2k + 1). */
function powers(count: number, k: number, random = createRandom(1)): Float32Array {
  return Float32Array.from({ length: count }, () => random.uniform() ** k);
}

describe("tau of p ∝ s", () => {
  test.each([0, 1, 3, 10, 40])(
    "equals B Σp² and the slides' (1 − Σ(p − u)²/Σp²)⁻¹ to 1e-12, s = u^%d",
    (k) => {
      const scores = powers(B, k);
      const total = scores.reduce((sum, s) => sum + s, 0);
      const p = Array.from(scores, (s) => s / total);
      const squares = p.reduce((sum, each) => sum + each * each, 0);
      const deviation = p.reduce((sum, each) => sum + (each - 1 / B) ** 2, 0);
      const tau = tauOf(
        scores,
        Float64Array.from(p, (each) => b * each),
      );
      expect(Math.abs(tau / (B * squares) - 1)).toBeLessThanOrEqual(1e-12);
      expect(Math.abs(tau * (1 - deviation / squares) - 1)).toBeLessThanOrEqual(1e-12);
      expect(
        Math.abs(effectiveSampleSize(Float64Array.from(p)) / (B / tau) - 1),
      ).toBeLessThanOrEqual(1e-12);
    },
  );

  test("is 1 for equal scores and for none, and B for a single score", () => {
    const even = new Float64Array(4).fill(1);
    expect(tauOf(new Float32Array(4).fill(3), even)).toBe(1);
    expect(tauOf(new Float32Array(4), even)).toBe(1);
    expect(tauOf(Float32Array.of(0, 2, 0, 0), Float64Array.of(0, 1, 0, 0))).toBe(4);
  });
});

test("tau(p; s) of any p equals the ratio of second moments by a naive double loop", () => {
  const scores = powers(50, 3);
  const expected = Float64Array.from(powers(50, 1, createRandom(2)), (value) => value + 0.1);
  const total = expected.reduce((sum, e) => sum + e, 0);
  let uniform = 0;
  let importance = 0;
  scores.forEach((s, i) => {
    const p = (expected[i] as number) / total;
    uniform += (1 / 50) * s ** 2;
    importance += p * ((1 / (50 * p)) * s) ** 2;
  });
  expect(tauOf(scores, expected)).toBeCloseTo(uniform / importance, 10);
  expect(tauOf(Float32Array.of(1, 1), Float64Array.of(0.1, 0.9))).toBeLessThan(1);
});

test("gain of b = 128, B = 640, τ = 4.34 with multinomial draws is 2.32", () => {
  expect(gain({ tau: 4.34, dispersion: 1 }, { batchSize: 128, candidates: 640 })).toBeCloseTo(
    2.32,
    2,
  );
});

function multinomialCounts(p: readonly number[], uniform: () => number): Map<number, number> {
  const cumulative = p.map((_, i) => p.slice(0, i + 1).reduce((sum, each) => sum + each, 0));
  const counts = new Map<number, number>();
  for (let draw = 0; draw < b; draw++) {
    const u = uniform() * (cumulative.at(-1) as number);
    let low = 0;
    for (let high = B - 1; low < high;) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] as number) > u) high = middle;
      else low = middle + 1;
    }
    counts.set(low, (counts.get(low) ?? 0) + 1);
  }
  return counts;
}

/** The candidates are fresh and independent, so their order is random already. */
function systematicCounts(p: readonly number[], uniform: () => number): Map<number, number> {
  const counts = new Map<number, number>();
  const offset = uniform();
  let reached = 0;
  p.forEach((each, row) => {
    const before = Math.ceil(reached - offset);
    reached += b * each;
    const times = Math.ceil(reached - offset) - before;
    if (times > 0) counts.set(row, times);
  });
  return counts;
}

const REPEATS = 8000;
const DIRECTIONS = 4;

/** Squared length of Σ factor · s · v over rows, v independent directions of mean 0 and length 1. */
function squaredSum(terms: readonly number[], uniform: () => number): number {
  const sum = new Float64Array(DIRECTIONS);
  for (const term of terms) {
    for (let at = 0; at < DIRECTIONS; at++) {
      sum[at] = (sum[at] as number) + (uniform() < 0.5 ? -term : term) / Math.sqrt(DIRECTIONS);
    }
  }
  return sum.reduce((total, each) => total + each * each, 0);
}

/** Simulates the variance of the mean gradient of fresh batches, uniform over importance. */
function simulatedGain(k: number, draw: keyof typeof DRAWS): number {
  const random = createRandom(`${draw} ${k}`);
  const { uniform } = random;
  const counts = draw === "multinomial" ? multinomialCounts : systematicCounts;
  let uniformVariance = 0;
  let importanceVariance = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    uniformVariance += squaredSum(
      Array.from(powers(b, k, random), (s) => s / b),
      uniform,
    );
    const scores = powers(B, k, random);
    const total = scores.reduce((sum, s) => sum + s, 0);
    const p = Array.from(scores, (s) => s / total);
    const terms = [...counts(p, uniform)].map(
      ([row, times]) => (times * (scores[row] as number)) / (B * (p[row] as number) * b),
    );
    importanceVariance += squaredSum(terms, uniform);
  }
  return uniformVariance / importanceVariance;
}

function predictedGain(
  k: number,
  draw: keyof typeof DRAWS,
): { readonly gain: number; readonly tau: number } {
  const random = createRandom(`prediction ${k}`);
  const sums = { tau: 0, dispersion: 0 };
  for (let pool = 0; pool < 200; pool++) {
    const estimate = estimateGain(poolOf(powers(B, k, random)), DRAWS[draw], {
      progress: toyProgress(0),
      batchSize: b,
      candidates: B,
      count: b,
      groupSize: B,
    });
    sums.tau += estimate.tau / 200;
    sums.dispersion += estimate.dispersion / 200;
  }
  return { gain: gain(sums, { batchSize: b, candidates: B }), tau: sums.tau };
}

describe.each(["multinomial", "systematic"] as const)("with %s draws", (draw) => {
  // 8,000 repeats of 4 directions: the simulated ratio has a standard error of about 1.1 %
  test.each([1, 2, 5, 10, 20])(
    "gain is the simulated variance ratio of fresh pools within 5 %, s = u^%d",
    (k) => {
      const predicted = predictedGain(k, draw);
      const simulated = simulatedGain(k, draw);
      expect(predicted.tau).toBeCloseTo((k + 1) ** 2 / (2 * k + 1), 0);
      expect(Math.abs(simulated / predicted.gain - 1)).toBeLessThanOrEqual(0.05);
    },
  );
});

/** Log-normal scores exp(σ z): a heavy tail, τ = exp(σ²). */
function lognormal(count: number, sigma: number, random = createRandom(1)): Float32Array {
  return Float32Array.from({ length: count }, () => {
    const length = Math.sqrt(-2 * Math.log(1 - random.uniform()));
    return Math.exp(sigma * length * Math.cos(2 * Math.PI * random.uniform()));
  });
}

describe("the gain by groups of b over that by whole pools of 5 b", () => {
  /** Of mean τ and mean V, as gates average them. 800 pools: a standard error of 1.5 % at most. */
  const bias = (batchSize: number, scores: (count: number) => Float32Array): number => {
    const sizes = { batchSize, candidates: 5 * batchSize, count: batchSize };
    const means = { groups: { tau: 0, dispersion: 0 }, whole: { tau: 0, dispersion: 0 } };
    for (let pool = 0; pool < 800; pool++) {
      const scored = poolOf(scores(5 * batchSize));
      const planned = { progress: toyProgress(0), ...sizes };
      const groups = estimateGain(scored, DRAWS.systematic, planned);
      const whole = estimateGain(scored, DRAWS.systematic, {
        ...planned,
        groupSize: 5 * batchSize,
      });
      for (const [mean, { tau, dispersion }] of [
        [means.groups, groups],
        [means.whole, whole],
      ] as const) {
        mean.tau += tau / 800;
        mean.dispersion += dispersion / 800;
      }
    }
    return gain(means.groups, sizes) / gain(means.whole, sizes);
  };

  test.each([12, 128])("is 1 within 0.05 for bounded scores, b = %d", (batchSize) => {
    const random = createRandom(8);
    expect(Math.abs(bias(batchSize, (count) => powers(count, 6, random)) - 1)).toBeLessThan(0.05);
  });

  // A group of 12 seldom holds the few scores that make up Σs².
  test.each([
    [12, 0.8],
    [32, 0.88],
    [128, 0.94],
  ])("is too low for a heavy tail, σ = 1.5: at b = %d it is %d ± 0.04", (batchSize, wanted) => {
    const random = createRandom(8);
    const found = bias(batchSize, (count) => lognormal(count, 1.5, random));
    expect(Math.abs(found - wanted)).toBeLessThan(0.04);
  });
});

describe("total variation", () => {
  test("is ½ Σ|p − u|, 0 for equal scores, 1 − 1/B for a single one", () => {
    const scores = Float64Array.from(powers(50, 3));
    const total = scores.reduce((sum, s) => sum + s, 0);
    let naive = 0;
    for (const s of scores) naive += Math.abs(s / total - 1 / 50) / 2;
    expect(totalVariationOf(scores)).toBeCloseTo(naive, 12);
    expect(totalVariationOf(new Float64Array(4).fill(3))).toBe(0);
    expect(totalVariationOf(new Float64Array(4))).toBe(0);
    expect(totalVariationOf(Float64Array.of(0, 2, 0, 0))).toBe(0.75);
  });

  test("is estimated on groups of b: a pool of B says on average what a batch of b says", () => {
    const random = createRandom(3);
    const mean = (size: number, pools: number): number => {
      let sum = 0;
      for (let pool = 0; pool < pools; pool++) {
        const planned = { progress: toyProgress(0), batchSize: b, candidates: B, count: b };
        const scored = poolOf(powers(size, 4, random));
        sum += estimateGain(scored, DRAWS.systematic, planned).totalVariation / pools;
      }
      return sum;
    };
    // A batch's figure has a standard deviation of 0.03: the standard error of the difference is 0.001.
    expect(Math.abs(mean(b, 2000) - mean(B, 400))).toBeLessThan(0.005);
  });
});

test("the gain of sizes in force: V and gain of a rows, of B candidates, against b uniform ones", () => {
  const scores = powers(B, 5);
  const planned = {
    progress: toyProgress(0),
    batchSize: b,
    candidates: B,
    count: 24,
    groupSize: B,
  };
  const estimate = estimateGain(poolOf(scores), DRAWS.systematic, planned);
  const total = scores.reduce((sum, s) => sum + s, 0);
  // V by its definition, (1/a) Σ f(1 − f), f = frac(a p)
  let dispersion = 0;
  for (const s of scores) {
    const f = fraction((24 * s) / total);
    dispersion += (f * (1 - f)) / 24;
  }
  expect(estimate.dispersion).toBeCloseTo(dispersion, 6);
  const sizes = { batchSize: b, candidates: B, count: 24 };
  const expected = 1 / ((b / 24) * (dispersion / estimate.tau) + b / B);
  expect(gain(estimate, sizes)).toBeCloseTo(expected, 6);
});
