import { expect, test } from "vitest";
import { describeRate } from "../../testing/rate-laws.js";
import { setUpPart } from "../../testing/set-up-part.js";
import { toyProgress } from "../../testing/toy-pool.js";
import { effectiveBatch } from "./effective-batch.js";
import { fixedRate } from "./fixed.js";

describeRate(fixedRate());
describeRate(effectiveBatch());
describeRate(effectiveBatch({ power: 0.5, cap: 2, rise: 1.5 }));

/** A rate in a run of b = 32, B = 128, which is told the same τ and V at each step. */
function start(options: Parameters<typeof effectiveBatch>[0] = {}) {
  const { role, events } = setUpPart(effectiveBatch(options));
  role.bind?.({ batchSize: 32, presample: 128, size: 1000, estimated: true });
  const lowered: { readonly from: number; readonly to: number }[] = [];
  events.on("rate:lowered", ({ from, to }) => void lowered.push({ from, to }));
  let update = 0;
  const factor = () => role.factor(toyProgress(update));
  return {
    role,
    events,
    lowered,
    factor,
    steps: (
      count: number,
      { tau = 4, loss = (): number => 1, importance = true, taken = factor } = {},
    ) => {
      for (let at = 0; at < count; at++) {
        const rate = importance ? taken() : 1;
        const sizes = { candidates: 128, count: 32 };
        const estimate = { tau, dispersion: 1, totalVariation: 0.5, gain: NaN, ...sizes };
        const [ids, scores] = [Uint32Array.of(0), Float32Array.of(1)];
        if (importance)
          events.emit("batch:scored", () => ({
            ids,
            scores,
            age: 0,
            loss: loss(),
            skipped: 0,
            estimate,
          }));
        update += 1;
        events.emit("step:end", () => ({
          progress: toyProgress(update),
          importance,
          rate,
          loss: 1,
          metrics: {},
          rows: 32,
          loaded: 128,
          durations: { load: 0, score: 0, train: 1 },
          ...(!importance && { estimate }),
        }));
      }
    },
  };
}

test("φ nears the gain, 1 / (1/4 + 32/128) = 2, by 2 % a step", () => {
  const { factor, steps } = start();
  steps(49);
  expect(factor()).toBe(1);
  steps(10);
  expect(factor()).toBeCloseTo(1.02 ** 10, 10);
  steps(100);
  expect(factor()).toBeCloseTo(2, 10);
});

test("φ is 1 until fifty losses can be compared", () => {
  const { factor, steps } = start();
  steps(49);
  expect(factor()).toBe(1);
  steps(2);
  expect(factor()).toBeGreaterThan(1);
});

test("φ takes the gain's root, and stays below its cap", () => {
  const root = start({ power: 0.5 });
  root.steps(100);
  expect(root.factor()).toBeCloseTo(Math.SQRT2, 10);
  const capped = start({ cap: 1.3 });
  capped.steps(100);
  expect(capped.factor()).toBe(1.3);
});

test("φ is 1 where importance sampling gains nothing", () => {
  const { factor, steps } = start();
  steps(100, { tau: 1 });
  expect(factor()).toBe(1);
});

test("uniform steps teach the gain; after ten in a row φ is 1 again, not after the few that tell what one costs", () => {
  const { factor, steps } = start();
  steps(50, { importance: false });
  steps(49);
  expect(factor()).toBe(1);
  steps(20);
  expect(factor()).toBeCloseTo(1.02 ** 20, 10);
  for (let at = 0; at < 4; at++) {
    steps(5, { importance: false });
    steps(1);
  }
  expect(factor()).toBeCloseTo(1.02 ** 24, 10);
  steps(10, { importance: false });
  expect(factor()).toBe(1);
});

/** Losses of pools that scatter by a tenth around a level. */
function scattered(): (level: number) => number {
  let at = 0;
  return (level) => level * (0.9 + (0.2 * ((at++ * 7919) % 101)) / 101);
}

test("φ begins from 1 again when losses leave their range, says so, may rise to half, and to all later", () => {
  const { factor, steps, lowered } = start();
  const around = scattered();
  let level = 1;
  steps(200, { loss: () => around((level *= 0.999)) });
  expect(factor()).toBeCloseTo(2, 2);
  expect(lowered).toEqual([]);
  steps(10, { loss: () => around((level *= 1.2)) });
  expect(lowered).toHaveLength(1);
  expect(lowered[0]?.from).toBeCloseTo(2, 2);
  expect(lowered[0]?.to).toBe(1);
  expect(factor()).toBeLessThan(1.1);
  steps(90, { loss: () => around((level *= 0.99)) });
  expect(factor()).toBeCloseTo(1, 1);
  steps(300, { loss: () => around((level *= 0.999)) });
  expect(lowered).toHaveLength(1);
  expect(factor()).toBeCloseTo(2, 2);
});

test("after each further alarm it takes twice as long", () => {
  const { factor, steps, lowered } = start();
  const around = scattered();
  const rise = () => {
    let level = 1;
    const before = lowered.length;
    for (let at = 0; at < 40 && lowered.length === before; at++)
      steps(1, { loss: () => around((level *= 1.2)) });
  };
  const recovery = (): number => {
    for (let at = 0; at < 2000; at++) {
      if (factor() > 1.5) return at;
      steps(1, { loss: () => around(1) });
    }
    return Infinity;
  };
  steps(150, { loss: () => around(1) });
  rise();
  const [first] = [recovery()];
  rise();
  const second = recovery();
  expect(lowered).toHaveLength(2);
  expect(first).toBeGreaterThan(100);
  expect(second - first).toBeGreaterThan(180);
  expect(second - first).toBeLessThan(220);
});

test("a single pool that is hard does not count, nor do losses that scatter", () => {
  const { factor, steps, lowered } = start();
  const around = scattered();
  let at = 0;
  steps(1000, { loss: () => around(at++ % 40 === 0 ? 50 : 1) });
  expect(lowered).toEqual([]);
  expect(factor()).toBeCloseTo(2, 5);
});

test("losses below 0 are watched, too, and one that is not finite is above any range", () => {
  const { steps, lowered } = start();
  const around = scattered();
  steps(150, { loss: () => around(1) - 3 });
  expect(lowered).toEqual([]);
  steps(10, { loss: () => around(1) });
  expect(lowered).toHaveLength(1);
  steps(400, { loss: () => around(1) });
  steps(1, { loss: () => Number.NaN });
  expect(lowered).toHaveLength(2);
});

test("says nothing of losses that rise where its φ is not what steps take", () => {
  const { steps, role, lowered } = start();
  const around = scattered();
  const taken = (): number => 1;
  steps(200, { loss: () => around(1), taken });
  steps(100, { loss: () => around(50), taken });
  expect(lowered).toEqual([]);
  expect(role.figures().rate).toBe(1);
});
