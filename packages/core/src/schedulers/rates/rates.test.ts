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
  const lowered: number[] = [];
  events.on("rate:lowered", ({ to }) => void lowered.push(to));
  let update = 0;
  return {
    role,
    events,
    lowered,
    factor: () => role.factor(toyProgress(update)),
    steps: (count: number, { tau = 4, loss = (): number => 1, importance = true } = {}) => {
      for (let at = 0; at < count; at++) {
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
  steps(10);
  expect(factor()).toBeCloseTo(1.02 ** 10, 10);
  steps(100);
  expect(factor()).toBeCloseTo(2, 10);
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

test("uniform steps teach the gain but leave φ, and when importance sampling comes on φ begins with 1", () => {
  const { factor, steps, events } = start();
  steps(50, { importance: false });
  expect(factor()).toBe(1);
  steps(20);
  expect(factor()).toBeCloseTo(1.02 ** 20, 10);
  events.emit("schedule:switched", () => ({ importance: true, figures: {} }));
  expect(factor()).toBe(1);
});

test("φ halves when three pools in a row have losses above the fifty before, says so, and recovers later", () => {
  const { factor, steps, lowered } = start();
  let loss = 1;
  steps(200, { loss: () => (loss *= 0.999) });
  expect(factor()).toBeCloseTo(2, 5);
  expect(lowered).toEqual([]);
  steps(2, { loss: () => (loss *= 1.5) });
  expect(lowered).toEqual([]);
  steps(1, { loss: () => (loss *= 1.5) });
  expect(lowered).toHaveLength(1);
  expect(lowered[0]).toBeCloseTo(1, 5);
  expect(factor()).toBeCloseTo(1, 1);
  steps(100, { loss: () => (loss *= 0.99) });
  expect(factor()).toBeLessThan(1.02);
  steps(200, { loss: () => (loss *= 0.999) });
  expect(factor()).toBeCloseTo(2, 5);
});

test("a single pool that is hard does not count, nor do losses that scatter", () => {
  const { factor, steps, lowered } = start();
  let at = 0;
  steps(400, { loss: () => (at++ % 40 === 0 ? 50 : 1 + ((at * 7919) % 101) / 101) });
  expect(lowered).toEqual([]);
  expect(factor()).toBeCloseTo(2, 5);
});

test("a loss that is not finite counts as above any range", () => {
  const { steps, lowered } = start();
  steps(60);
  steps(1, { loss: () => Number.NaN });
  expect(lowered).toHaveLength(1);
});
