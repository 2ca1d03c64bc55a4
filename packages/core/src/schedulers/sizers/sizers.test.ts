import { describe, expect, test } from "vitest";
import type { Costs, SchedulerFacts, Sizer, Sizes } from "../../contracts/scheduler.js";
import type { GainEstimate } from "../../contracts/events.js";
import { EventBus } from "../../events.js";
import { all, constantTime, constantVariance, fixed, linear, tau, type Spec } from "../../index.js";
import { setUpPart } from "../../plugin/set-up-part.js";
import { describeSizer } from "../../testing/index.js";
import { toyProgress } from "../../testing/toy-pool.js";

const FACTS: SchedulerFacts = { batchSize: 128, presample: 640, size: 60_000, estimated: true };

/** A sizer in a run, and a way to let it see estimates for the sizes in force. */
interface Bench {
  readonly sizer: Sizer;
  readonly size: (update?: number) => Sizes;
  readonly see: (estimate: Partial<GainEstimate>, times?: number) => void;
  readonly measure: (costs: Costs) => void;
  readonly events: EventBus;
}

function bench(spec: Spec<"sizer">, facts: Partial<SchedulerFacts> = {}): Bench {
  const events = new EventBus();
  const sizer = setUpPart("sizer", spec, { events });
  sizer.bind?.({ ...FACTS, ...facts });
  const see = (partial: Partial<GainEstimate>): void => {
    const estimate = { tau: 1, dispersion: 1, totalVariation: 0, gain: 1, ...partial };
    const sizes = sizer.size(toyProgress(0));
    events.emit("batch:scored", () => ({
      ids: new Uint32Array(1),
      scores: new Float32Array(1),
      age: 0,
      skipped: 0,
      estimate: { ...estimate, ...sizes },
    }));
  };
  return {
    sizer,
    events,
    size: (update = 0) => sizer.size(toyProgress(update)),
    see: (estimate, times = 1) => {
      for (let time = 0; time < times; time++) see(estimate);
    },
    measure: (costs) => events.emit("costs:calibrated", () => ({ costs })),
  };
}

describe("fixed", () => {
  test("keeps the planned sizes, or those given", () => {
    expect(bench(fixed()).size()).toEqual({ candidates: 640, count: 128 });
    expect(bench(fixed({ count: 64 })).size()).toEqual({ candidates: 640, count: 64 });
    expect(bench(fixed({ candidates: 300 })).size()).toEqual({ candidates: 300, count: 128 });
  });
});

describe("constant-time", () => {
  const given = { costs: { backward: 2 } };

  test.each([
    [2, 160, 74],
    [3, 192, 64],
    [5, 217, 55],
    [9, 217, 55],
  ])("c = 2, b = 128, least 0.2, ratio 0.5: at τ = %d, B = %d and a = %d", (tau, B, a) => {
    const run = bench(constantTime(given));
    run.see({ tau });
    expect(run.size()).toEqual({ candidates: B, count: a });
    const paper = bench(constantTime({ ...given, form: "paper" }));
    paper.see({ tau: tau ** 2 });
    expect(paper.size()).toEqual({ candidates: B, count: a });
  });

  test("a step takes the time of a uniform one, and no fewer candidates than rows, at every τ", () => {
    for (const backward of [0.5, 2, 6]) {
      for (const tau of [0.5, 1, 1.1, 1.3, 1.7, 2.5, 4, 20, 128]) {
        const run = bench(constantTime({ costs: { backward } }));
        run.see({ tau });
        const { candidates, count } = run.size();
        const time = candidates + (1 + backward) * count;
        expect(time).toBeLessThanOrEqual((1 + backward) * 128);
        expect(time).toBeGreaterThan((1 + backward) * 127 - 1);
        expect(candidates).toBeGreaterThanOrEqual(count);
      }
    }
  });

  test("goes by measured costs, and before them by c = 2", () => {
    const run = bench(constantTime());
    expect([...run.sizer.requires].sort()).toEqual(["costs", "estimate"]);
    run.see({ tau: 3 });
    expect(run.size()).toEqual({ candidates: 192, count: 64 });
    // r = (step / 128) / (score / 640) = 5: t = 640, a_min = 42.7, B_max = 426.7, B = 277.3, a = 72.6
    run.measure({ score: 1, step: 1 });
    expect(run.size()).toEqual({ candidates: 277, count: 72 });
    expect(run.sizer.figures()).toMatchObject({ stepOverScore: 5 });
    // what a replica takes counts, not what it makes a step longer by: r = 10
    run.measure({ score: 0.1, step: 1, background: 0.5 });
    expect(run.sizer.figures()).toMatchObject({ stepOverScore: 10 });
  });

  test("given costs outlive a calibration", () => {
    const run = bench(constantTime(given));
    run.see({ tau: 3 });
    run.measure({ score: 1, step: 1 });
    expect(run.size()).toEqual({ candidates: 192, count: 64 });
  });

  test("follows the moving average of τ, replayed from the events", () => {
    const run = bench(constantTime({ ...given, smoothing: 0.8 }));
    const taus = [1.5, 4, 3, 6, 2, 2.2];
    let sum = 0;
    taus.forEach((tau, at) => {
      run.see({ tau });
      sum = 0.8 * sum + 0.2 * tau;
      const mean = sum / (1 - 0.8 ** (at + 1));
      const fewest = Math.max(0.2 * 128, 128 / mean);
      const B = Math.floor(128 + (384 - 3 * fewest - 128) / 2);
      expect(run.size()).toEqual({ candidates: B, count: Math.floor((384 - B) / 3) });
    });
  });

  test("shares may follow a schedule", () => {
    const run = bench(constantTime({ ...given, ratio: linear(0, 1) }));
    run.see({ tau: 3 });
    expect(run.size(0)).toEqual({ candidates: 128, count: 85 });
    expect(run.size(100)).toEqual({ candidates: 256, count: 42 });
  });

  test("scores no more than there is, and then trains on more", () => {
    const run = bench(constantTime(given), { size: 150, presample: 150 });
    run.see({ tau: 9 });
    expect(run.size()).toEqual({ candidates: 150, count: 78 });
  });
});

describe("constant-variance", () => {
  test.each([
    [9, "paper", 0.2, 68],
    [9, "slides", 0.2, 39],
    [25, "paper", 0, 25],
    [1, "paper", 0.2, 128],
    [0.3, "paper", 0.2, 128],
  ] as const)("at τ = %d, form %s, extra %d, it trains on %d of 128", (tau, form, extra, count) => {
    const run = bench(constantVariance({ form, extra }));
    run.see({ tau });
    expect(run.size()).toEqual({ candidates: 128, count });
  });

  test.each([1.5, 2, 3, 5])(
    "the gate tau by time is on where 1/τ + extra < t_b / (t_f + t_b), the authors' condition: t_b = %d t_f",
    (backward) => {
      const events = new EventBus();
      const sizer = setUpPart("sizer", constantVariance({ smoothing: 0 }), { events });
      const options = { account: "time", costs: { backward }, margin: 0, dwell: 1 } as const;
      const gate = setUpPart("gate", all({ of: [tau(options)] }), { events });
      for (const part of [sizer, gate]) part.bind?.(FACTS);
      let decided = "";
      let theirs = "";
      for (let root = 1; root < 6; root += 0.1) {
        const estimate = { tau: root ** 2, dispersion: 1, totalVariation: 0, gain: 1 };
        // The second time with the sizes that the first has led to.
        for (let time = 0; time < 2; time++) {
          events.emit("batch:scored", () => ({
            ids: new Uint32Array(1),
            scores: new Float32Array(1),
            age: 0,
            skipped: 0,
            estimate: { ...estimate, ...sizer.size(toyProgress(0)) },
          }));
        }
        decided += gate.decide(toyProgress(0)) ? "1" : "0";
        const rows = Math.floor((1 / root + 0.2) * 128) / 128;
        theirs += rows <= backward / (1 + backward) ? "1" : "0";
      }
      expect(decided).toBe(theirs);
      expect(decided).toMatch(/^0+1+$/);
    },
  );
});

describeSizer(fixed());
describeSizer(fixed({ candidates: 1, count: 1 }));
describeSizer(constantTime());
describeSizer(constantTime({ costs: { backward: 0.1 }, least: 1, form: "paper", smoothing: 0 }));
describeSizer(constantTime({ ratio: linear(0, 1), costs: { backward: 9 } }));
describeSizer(constantVariance());
describeSizer(constantVariance({ form: "slides", extra: linear(1, 0), smoothing: 0 }));
