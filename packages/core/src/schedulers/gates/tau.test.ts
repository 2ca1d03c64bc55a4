import { describe, expect, test } from "vitest";
import type { SchedulerFacts } from "../../contracts/scheduler.js";
import type { SizedEstimate, UnequalEvent } from "../../contracts/events.js";
import { EventBus } from "../../events.js";
import { setUpPart } from "../../plugin/set-up-part.js";
import {
  initialTauMemory,
  nextTauMemory,
  tauFigures,
  type TauMemory,
  type TauRule,
} from "./tau-rule.js";
import { threshold } from "../../gain/costs.js";
import { tau } from "./tau.js";

const sizes = { candidates: 640, count: 128 };
const facts: SchedulerFacts = {
  batchSize: 128,
  presample: 640,
  size: 60_000,
  estimated: true,
  sizes,
};
const progress = {
  update: 0,
  seen: 0,
  trained: 0,
  epoch: 0,
  updatesPerEpoch: 10,
  pass: 0,
  seconds: 0,
};
const rule: TauRule = {
  account: "pool",
  form: "slides",
  margin: 0.05,
  dwell: 1,
  smoothing: 0,
  batchSize: 128,
  presample: 640,
};

type Terms = Pick<SizedEstimate, "tau" | "dispersion"> & Partial<SizedEstimate>;

function sized(estimate: Terms): SizedEstimate {
  return { totalVariation: 0, ...sizes, ...estimate };
}

function remember(
  estimates: readonly Terms[],
  changed: Partial<TauRule> = {},
  score = 640,
  step = 384,
) {
  const own = { ...rule, ...changed };
  const initial: TauMemory = { ...initialTauMemory, costs: { score, step } };
  return estimates.reduce((memory, each) => nextTauMemory(memory, sized(each), own), initial);
}

describe("the rule", () => {
  test("backward passes that cost two forward passes give the authors' threshold (B + 3b) / 3b", () => {
    const costs = { score: 640, step: 128 * 3 };
    expect(threshold(costs, rule)).toBeCloseTo((640 + 3 * 128) / (3 * 128), 12);
  });

  test("sizes in force cost in proportion: the time of a uniform step, split, is one uniform step", () => {
    const costs = { score: 640, step: 128 * 3 };
    expect(threshold(costs, rule, { candidates: 192, count: 64 })).toBeCloseTo(1, 12);
    expect(threshold(costs, rule, { candidates: 128, count: 64 })).toBeCloseTo(1 / 3 + 1 / 2, 12);
  });

  test("no step is shorter than a replica's", () => {
    const costs = { score: 64, step: 384, background: 576 };
    expect(threshold(costs, rule)).toBeCloseTo(576 / 384, 12);
    const half = { candidates: 320, count: 128 };
    expect(threshold(costs, rule, half)).toBeCloseTo((32 + 384) / 384, 12);
    const estimate = { tau: 4, dispersion: 1, candidates: 320, count: 128 };
    expect(tauFigures(remember([estimate]), rule).threshold).toBeCloseTo((320 + 384) / 384, 12);
  });

  test("gain and the slides' account are those of the sizes in force", () => {
    const estimate = { tau: 6, dispersion: 0.5, candidates: 192, count: 64 };
    const figures = tauFigures(remember([estimate]), rule);
    expect(figures).toMatchObject({ candidates: 192, count: 64 });
    expect(figures.gain).toBeCloseTo(1 / (128 * (0.5 / (6 * 64) + 1 / 192)), 12);
    const slides = { ...rule, account: "slides" } as const;
    expect(tauFigures(remember([estimate]), slides).benefit).toBeCloseTo(6 / 2, 12);
    expect(tauFigures(remember([estimate]), slides).threshold).toBeCloseTo(1, 12);
  });

  test.each([
    [{ candidates: 128, count: 76 }, true],
    [{ candidates: 128, count: 84 }, false],
  ])("account time: %o is cheaper than a uniform step by the margin: %s", (other, on) => {
    const estimate = { tau: 1, dispersion: 1, ...other };
    expect(remember([estimate], { account: "time" }).on).toBe(on);
  });

  test.each([
    ["pool", "slides", { tau: 4.34, dispersion: 1 }, false],
    ["pool", "slides", { tau: 4.34, dispersion: 0.4 }, true],
    ["slides", "slides", { tau: 2.9, dispersion: 1 }, true],
    ["slides", "slides", { tau: 2.7, dispersion: 1 }, false],
    ["slides", "paper", { tau: 7.2, dispersion: 1 }, false],
    ["slides", "paper", { tau: 8, dispersion: 1 }, true],
  ] as const)(
    "account %s, form %s, %o: %s at a threshold of 2.67 with a margin of 5 %%",
    (account, form, estimate, on) => {
      expect(remember([estimate], { account, form }).on).toBe(on);
    },
  );

  test("keeps its mind within the margin, and for `dwell` estimates", () => {
    const at = (benefit: number): Terms => ({ tau: benefit, dispersion: 1 });
    const slides = { account: "slides" } as const;
    expect(remember([at(2.9), at(2.6)], slides).on).toBe(true);
    expect(remember([at(2.9), at(2.5)], slides).on).toBe(false);
    expect(remember([at(2.75)], slides).on).toBe(false);
    const slow = { ...slides, dwell: 3 };
    expect(remember([at(9), at(9)], slow).on).toBe(false);
    expect(remember([at(9), at(9), at(9), at(1), at(1)], slow).on).toBe(true);
    expect(remember([at(9), at(9), at(9), at(1), at(1), at(1)], slow).on).toBe(false);
  });

  test("averages τ and V with bias correction: 0.9 and 0.1, over 1 − 0.9ⁿ", () => {
    const values = [2, 6, 4];
    const memory = remember(
      values.map((value) => ({ tau: value, dispersion: value / 10 })),
      { smoothing: 0.9, dwell: 99 },
    );
    const weights = values.map((_, at) => 0.1 * 0.9 ** (values.length - 1 - at));
    const mean =
      values.reduce((sum, value, at) => sum + value * (weights[at] as number), 0) / (1 - 0.9 ** 3);
    const figures = tauFigures(memory, { ...rule, smoothing: 0.9 });
    expect(figures.tau).toBeCloseTo(mean, 12);
    expect(figures.dispersion).toBeCloseTo(mean / 10, 12);
    expect(figures.gain).toBeCloseTo(1 / (0.1 + 128 / 640), 12);
  });
});

describe("the gate", () => {
  const given = { costs: { backward: 2 }, dwell: 2, smoothing: 0 };

  test("learns from scored pools and from uniform steps alike, and says what it rests on", () => {
    const events = new EventBus();
    const gate = setUpPart("gate", tau(given), { events });
    gate.bind?.(facts);
    const estimate = { ...sized({ tau: 6, dispersion: 0.5 }), gain: 3 };
    const step = {
      progress,
      importance: false,
      loss: 1,
      metrics: {},
      rows: 128,
      loaded: 128,
      durations: { load: 1, score: 0, train: 1 },
    };
    events.emit("step:end", () => ({ ...step, estimate }));
    expect(gate.decide(progress)).toBe(false);
    events.emit("step:end", () => step);
    expect(gate.decide(progress)).toBe(false);
    events.emit("batch:scored", () => ({
      ids: new Uint32Array(1),
      scores: new Float32Array(1),
      age: 0,
      skipped: 0,
      estimate,
    }));
    expect(gate.decide(progress)).toBe(true);
    expect(gate.figures()).toMatchObject({
      tau: 6,
      gain: 1 / (0.5 / 6 + 0.2),
      threshold: 1024 / 384,
      costs: { score: 640, step: 384 },
      margin: 0.05,
      dwell: 2,
    });
  });

  test("continues from its state", () => {
    const [one, two] = [new EventBus(), new EventBus()];
    const [first, second] = [one, two].map((events) => setUpPart("gate", tau(given), { events }));
    first?.bind?.(facts);
    second?.bind?.(facts);
    const emit = (events: EventBus): void =>
      events.emit("batch:scored", () => ({
        ids: new Uint32Array(1),
        scores: new Float32Array(1),
        age: 0,
        skipped: 0,
        estimate: { ...sized({ tau: 9, dispersion: 0.2 }), gain: 4 },
      }));
    emit(one);
    second?.restore(first?.state() ?? { version: 0 });
    emit(two);
    expect(second?.decide(progress)).toBe(true);
  });

  test.each([
    [
      { costs: { backward: 2 } },
      { ...facts, presample: 128, sizes: { candidates: 128, count: 128 } },
    ],
    [{ account: "time", costs: { backward: 2 } }, facts],
    [{ costs: { score: 5, step: 1 } }, facts],
    [{ account: "slides", costs: { score: 130, step: 1 } }, facts],
    [{ account: "slides", form: "paper", costs: { score: 11, step: 1 } }, facts],
  ] as const)("GATE_UNREACHABLE before the first step: %o", (options, given) => {
    const gate = setUpPart("gate", tau(options));
    expect(() => gate.bind?.(given)).toThrow(
      expect.objectContaining({ code: "GATE_UNREACHABLE" }) as Error,
    );
  });

  test("where sizes change, it waits and sees", () => {
    const { sizes: _, ...changing } = facts;
    const gate = setUpPart("gate", tau({ costs: { score: 5, step: 1 } }));
    expect(() => gate.bind?.(changing)).not.toThrow();
  });

  test("given costs outlive a calibration", () => {
    const events = new EventBus();
    const gate = setUpPart("gate", tau(given), { events });
    gate.bind?.(facts);
    events.emit("costs:calibrated", () => ({ costs: { score: 50, step: 1 } }));
    expect(gate.figures().costs).toEqual({ score: 640, step: 384 });
  });

  test("measured costs that leave no way are a warning, and uniform training goes on", () => {
    const events = new EventBus();
    const gate = setUpPart("gate", tau(), { events });
    gate.bind?.(facts);
    const warnings: UnequalEvent<"warning">[] = [];
    events.on("warning", (event) => warnings.push(event));
    events.emit("costs:calibrated", () => ({ costs: { score: 50, step: 1 } }));
    expect(warnings).toMatchObject(
      [{ code: "GATE_UNREACHABLE", message: /cannot pay while/ }].map((w) => ({
        ...w,
        message: expect.stringMatching(w.message) as string,
      })),
    );
    expect(gate.decide(progress)).toBe(false);
  });

  test("nothing is said of a price that a clock too coarse for a step did not tell", () => {
    const events = new EventBus();
    const gate = setUpPart("gate", tau(), { events });
    gate.bind?.(facts);
    const warnings: string[] = [];
    events.on("warning", ({ message }) => void warnings.push(message));
    for (const score of [0, 1])
      events.emit("costs:calibrated", () => ({ costs: { score, step: 0 } }));
    expect(warnings).toEqual([]);
    expect(gate.decide(progress)).toBe(false);
  });

  test("asks for measured costs only where none are given", () => {
    expect(setUpPart("gate", tau()).requires).toEqual(["costs", "estimate"]);
    expect(setUpPart("gate", tau(given)).requires).toEqual(["estimate"]);
  });

  test.each([{ account: "pool", form: "paper" }, { costs: { backward: -1 } }, { dwel: 3 }])(
    "refuses %o",
    (options) => {
      expect(() => tau(options as never)).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
      );
    },
  );
});
