import {
  constantTime,
  constantVariance,
  createRandom,
  estimateGain,
  EventBus,
  setUpPart,
  type Part,
  type Sizer,
} from "@unequal/core";
import { toyProgress } from "@unequal/core/testing";
import { proportional } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { poolOf, power, sparse, varianceRatio, type Draw, type ScoreLaw } from "./draw-variance.js";

const b = 128;
const START = toyProgress(0);
const DRAWS = ["systematic", "multinomial"] as const;

/** Lets a sizer see the estimates of uniform batches of b, as a run that has not switched on makes them. */
function settled(part: Part<"sizer">, law: ScoreLaw, draw: Draw): Sizer {
  const events = new EventBus();
  const sizer = setUpPart("sizer", part, { events });
  sizer.bind?.({ batchSize: b, presample: 5 * b, size: 100_000, estimated: true });
  const sampler = setUpPart("sampler", proportional({ draw }));
  const random = createRandom(`settle ${law.name}`);
  for (let step = 0; step < 200; step++) {
    const scores = Float32Array.from({ length: b }, () => law.draw(random.uniform));
    const sizes = sizer.size(START);
    const planned = { batchSize: b, ...sizes, progress: START };
    const estimate = estimateGain(poolOf(scores), sampler, planned);
    events.emit("step:end", () => ({
      ...{ progress: START, importance: false, loss: 0, metrics: {}, rows: b, loaded: b },
      durations: { load: 0, score: 0, train: 0 },
      estimate: { ...estimate, ...sizes, gain: 1 },
    }));
  }
  return sizer;
}

const SIMULATION = { batchSize: b, repeats: 600 };

describe("constant-variance: its variance over that of uniform batches of b, which its name says is 1", () => {
  test.each([
    { law: power(3), form: "slides", systematic: 1.13, multinomial: 1.67 },
    { law: power(6), form: "slides", systematic: 1.1, multinomial: 1.55 },
    { law: power(10), form: "slides", systematic: 1.08, multinomial: 1.46 },
    { law: power(20), form: "slides", systematic: 1.03, multinomial: 1.32 },
    { law: sparse, form: "slides", systematic: 1.08, multinomial: 1.42 },
    { law: power(10), form: "paper", systematic: 1.03, multinomial: 1.28 },
    { law: power(20), form: "paper", systematic: 1.02, multinomial: 1.18 },
    { law: sparse, form: "paper", systematic: 1.04, multinomial: 1.24 },
  ] as const)(
    "$law.name, form $form: $systematic with systematic draws, $multinomial with multinomial ones",
    ({ law, form, ...wanted }) => {
      for (const draw of DRAWS) {
        const sizes = settled(constantVariance({ form, smoothing: 0.99 }), law, draw).size(START);
        const { mean, error } = varianceRatio(law, { ...sizes, draw }, SIMULATION);
        expect(error).toBeLessThan(0.015);
        expect(Math.abs(mean - wanted[draw])).toBeLessThan(4 * error);
      }
    },
  );
});

describe("constant-time: the variance of uniform batches over its own, in the same time (c = 2)", () => {
  test.each([
    { k: 2, form: "slides", systematic: 0.9, multinomial: 0.57 },
    { k: 4, form: "slides", systematic: 1.12, multinomial: 0.72 },
    { k: 8, form: "slides", systematic: 1.39, multinomial: 0.94 },
    { k: 12, form: "slides", systematic: 1.52, multinomial: 1.08 },
    { k: 20, form: "slides", systematic: 1.6, multinomial: 1.24 },
    { k: 4, form: "paper", systematic: 0.98, multinomial: 0.68 },
    { k: 12, form: "paper", systematic: 1.34, multinomial: 1.02 },
    { k: 20, form: "paper", systematic: 1.48, multinomial: 1.18 },
  ] as const)(
    "u^$k, form $form: $systematic with systematic draws, $multinomial with multinomial ones",
    ({ k, form, ...wanted }) => {
      for (const draw of DRAWS) {
        const part = constantTime({ form, costs: { backward: 2 }, smoothing: 0.99 });
        const sizes = settled(part, power(k), draw).size(START);
        const { mean, error } = varianceRatio(power(k), { ...sizes, draw }, SIMULATION);
        expect(error / mean).toBeLessThan(0.015);
        expect(Math.abs(1 / mean / wanted[draw] - 1)).toBeLessThan((4 * error) / mean);
      }
    },
  );
});
