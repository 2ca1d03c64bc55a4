import {
  always,
  createTrainer,
  effectiveBatch,
  never,
  type Dataset,
  type Learner,
  type TrainerOptions,
} from "@unequal/core";
import { toyLearner } from "@unequal/core/testing";
import { gradientNorm, plain, proportional, unbiased, uniform } from "@unequal/samplers";
import { expect, test } from "vitest";

const FEATURES = 7;
const b = 128;
const SIZE = 4096;
/** η of uniform steps: with λ = 2, φ = 2.3 and μ = 0.9, η φ λ / (1 − μ) is 0.046. */
const RATE = 0.001;
const [BURN_IN, STEPS] = [1000, 20_000];

/** A generator of numbers in (0, 1), mulberry32: one for each row of a pass, so that it must be made fast. */
function uniformBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

/** Rows that no pass has again: x of N(0, 1), y of 0 and noise that is five times as large for every eighth row. */
const stream: Dataset = {
  size: SIZE,
  take: (ids, keys) => {
    const x = new Float32Array(ids.length * FEATURES);
    const y = new Float32Array(ids.length);
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row] as number;
      const next = uniformBy(
        Math.imul(id + 1, 0x9e3779b1) ^ Math.imul((keys[row] as number) + 1, 0x85ebca6b),
      );
      const gaussian = () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
      for (let at = 0; at < FEATURES; at++) x[row * FEATURES + at] = gaussian();
      y[row] = (id % 8 === 0 ? 1.5 : 0.3) * gaussian();
    }
    return {
      size: ids.length,
      inputs: [{ data: x, shape: [ids.length, FEATURES], dtype: "float32" }],
      targets: [{ data: y, shape: [ids.length, 1], dtype: "float32" }],
    };
  },
};

function squares(parts: readonly Float32Array[]): number {
  const [first = new Float32Array(0)] = parts;
  return first.reduce(
    (sum, _, at) => sum + parts.reduce((value, part) => value + (part[at] as number), 0) ** 2,
    0,
  );
}

interface Stationary {
  /** Mean of ½ (θ − θ*)ᵀ H (θ − θ*), which is ‖θ‖² here: H = 2 I, θ* = 0. */
  readonly excess: number;
  /** Mean of ‖g‖², of which the gradient's own square is under 1 %. */
  readonly variance: number;
  readonly gain: number;
}

/** Trains from θ near 0 to where noise and progress are in balance, and measures there. */
async function stationary(
  options: Pick<TrainerOptions, "sampler" | "gate"> & Partial<TrainerOptions>,
): Promise<Stationary> {
  const inner = toyLearner({
    features: FEATURES,
    outputs: 1,
    loss: "squared",
    learningRate: RATE,
    momentum: 0.9,
  });
  const sums = { excess: 0, variance: 0, gain: 0, steps: 0, estimates: 0 };
  const read = async (handle: ReturnType<Learner["parameters"]>): Promise<number> => {
    const square = squares(await inner.read(handle));
    handle.dispose();
    return square;
  };
  const learner: Learner = {
    ...inner,
    step: async (rows, { noise, signals, rate }) => {
      const { gradient, result } = await inner.gradient(rows, {
        noise,
        signals,
        mode: "training",
        regulariser: true,
      });
      const { update } = trainer.progress;
      if (update >= BURN_IN) {
        sums.steps += 1;
        sums.excess += await read(inner.parameters());
        sums.variance += squares(await inner.read(gradient));
      }
      inner.apply(gradient, rate);
      gradient.dispose();
      return result;
    },
  };
  const trainer = createTrainer({
    learner,
    dataset: stream,
    weighting: unbiased(),
    estimator: plain(),
    batchSize: b,
    presample: 4 * b,
    ...options,
  });
  trainer.events.on("batch:scored", ({ estimate }) => {
    if (estimate === undefined) return;
    sums.gain += estimate.gain;
    sums.estimates += 1;
  });
  await trainer.run({ updates: BURN_IN + STEPS });
  await trainer.dispose();
  const { excess, variance, gain, steps, estimates } = sums;
  return { excess: excess / steps, variance: variance / steps, gain: gain / estimates };
}

test("the rate times the gain leaves the excess loss of uniform steps, and the gain is the ratio of variances, both within 10 %", async () => {
  const base = await stationary({ sampler: uniform(), gate: never() });
  const scored = { sampler: proportional(), scorer: gradientNorm(), gate: always() };
  const followed = await stationary({ ...scored, rate: effectiveBatch() });
  expect(followed.gain).toBeGreaterThan(1.5);
  expect(base.variance / followed.variance / followed.gain).toBeGreaterThan(0.9);
  expect(base.variance / followed.variance / followed.gain).toBeLessThan(1.1);
  expect(followed.excess / base.excess).toBeGreaterThan(0.9);
  expect(followed.excess / base.excess).toBeLessThan(1.1);
}, 600_000);
