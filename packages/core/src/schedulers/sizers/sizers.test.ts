import { describe, expect, test } from "vitest";
import type { Costs, SchedulerFacts, Sizer, Sizes } from "../../contracts/scheduler.js";
import type { GainEstimate } from "../../contracts/events.js";
import { EventBus } from "../../events.js";
import {
  all,
  auto,
  constantTime,
  constantVariance,
  fixed,
  linear,
  tau,
  type Spec,
} from "../../index.js";
import { setUpPart } from "../../plugin/set-up-part.js";
import { describeSizer } from "../../testing/index.js";
import { toyProgress } from "../../testing/toy-pool.js";
import { bestCandidates, dispersionAt, netGain } from "./auto-rule.js";

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

describe("auto", () => {
  const given = { costs: { backward: 2 }, dwell: 5, smoothing: 0.5 };

  test.each([
    { tau: 4.34, r: 3 },
    { tau: 12, r: 3 },
    { tau: 8, r: 5 },
  ])("for multinomial draws B is b √(r τ), $tau, $r", ({ tau: at, r }) => {
    const known = { tau: at, dispersion: 1, candidates: 640 };
    const terms = { batchSize: 128, cost: (size: number) => 1 + size / 128 / r };
    const best = bestCandidates(known, terms, { least: 128, most: 2560 });
    expect(Math.abs(best - 128 * Math.sqrt(r * at))).toBeLessThanOrEqual(0.5);
  });

  test("V is as it was known, and follows B: all of it for multinomial draws", () => {
    const known = { tau: 4, dispersion: 0.4, candidates: 640 };
    expect(dispersionAt(640, known)).toBeCloseTo(0.4, 12);
    expect(dispersionAt(1280, known)).toBeCloseTo(0.8 / 1.4, 12);
    expect(1 - dispersionAt(1e6, known)).toBeCloseTo((640 * (1 / 0.4 - 1)) / 1e6, 5);
    expect(dispersionAt(320, { ...known, dispersion: 1 })).toBe(1);
    expect(dispersionAt(320, { ...known, dispersion: 0 })).toBe(0);
  });

  test("moves once costs are known and `dwell` estimates are in, to the best B", () => {
    const run = bench(auto({ dwell: 5 }));
    const known = { tau: 27, dispersion: 1 };
    run.see(known, 9);
    expect(run.size()).toEqual({ candidates: 640, count: 128 });
    run.measure({ score: 640, step: 384 });
    run.see(known);
    expect(run.size()).toEqual({ candidates: 1152, count: 128 });
    expect(run.sizer.figures()).toMatchObject({ candidates: 1152, stepOverScore: 3 });
  });

  test("takes B as large as a replica keeps pace with, whose scoring costs next to nothing until then", () => {
    const run = bench(auto({ dwell: 5 }));
    run.measure({ score: 4, step: 384, background: 320 });
    run.see({ tau: 27, dispersion: 1 }, 5);
    // 4 B/640 + 384 = 320 B/640
    const pace = (384 * 640) / (320 - 4);
    expect(Math.abs(run.size().candidates - pace)).toBeLessThan(1);
  });

  test("stays where another B would pay less than the margin more", () => {
    const terms = { batchSize: 128, cost: (size: number) => 1 + size / 128 / 3 };
    const known = { tau: 6, dispersion: 1, candidates: 640 };
    const best = bestCandidates(known, terms, { least: 128, most: 2560 });
    const better = netGain(best, known, terms) / netGain(640, known, terms) - 1;
    expect(better).toBeGreaterThan(0);
    for (const [margin, candidates] of [
      [better * 1.01, 640],
      [better * 0.99, best],
    ] as const) {
      const run = bench(auto({ ...given, margin }));
      run.see(known, 20);
      expect(run.size().candidates).toBe(candidates);
    }
  });

  test("keeps to N and its options", () => {
    const sized = (options: object, facts: object, at: number): number => {
      const run = bench(auto({ ...given, margin: 0, ...options }), facts);
      run.see({ tau: at }, 20);
      return run.size().candidates;
    };
    expect(sized({}, { size: 700 }, 100)).toBe(700);
    expect(sized({ most: 500 }, {}, 100)).toBe(500);
    expect(sized({ least: 400 }, {}, 1)).toBe(400);
    expect(sized({ least: 9 }, {}, 0.2)).toBe(128);
    expect(sized({ costs: { backward: 1000 } }, {}, 100)).toBe(2560);
  });

  test("is replayed from the events: averages, dwell, margin, best B", () => {
    const run = bench(auto({ ...given, margin: 0.02 }));
    let [B, since, tauSum, dispersionSum] = [640, 0, 0, 0];
    const changes: number[] = [];
    for (let step = 0; step < 60; step++) {
      const estimate = { tau: 2 + (step % 30), dispersion: 0.3 + 0.02 * (step % 7) };
      run.see(estimate);
      tauSum = 0.5 * tauSum + 0.5 * estimate.tau;
      dispersionSum = 0.5 * dispersionSum + 0.5 * estimate.dispersion;
      since++;
      const share = 1 - 0.5 ** (step + 1);
      const [t, v, at] = [tauSum / share, dispersionSum / share, B];
      const net = (c: number): number =>
        1 / (1 / (t * (1 + (at * (1 / v - 1)) / c)) + 128 / c) / (1 + c / (3 * 128));
      let best = 128;
      for (let c = 128; c <= 2560; c++) if (net(c) > net(best)) best = c;
      if (since >= 5 && net(best) > 1.02 * net(B)) {
        [B, since] = [best, 0];
        changes.push(step);
      }
      expect(run.size().candidates).toBe(B);
    }
    expect(changes.length).toBeGreaterThan(3);
  });
});

describeSizer(fixed());
describeSizer(fixed({ candidates: 1, count: 1 }));
describeSizer(constantTime());
describeSizer(constantTime({ costs: { backward: 0.1 }, least: 1, form: "paper", smoothing: 0 }));
describeSizer(constantTime({ ratio: linear(0, 1), costs: { backward: 9 } }));
describeSizer(constantVariance());
describeSizer(constantVariance({ form: "slides", extra: linear(1, 0), smoothing: 0 }));
describeSizer(auto());
describeSizer(auto({ costs: { backward: 2 }, dwell: 1, margin: 0, smoothing: 0, most: 400 }));
