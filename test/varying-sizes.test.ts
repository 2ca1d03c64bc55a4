import {
  always,
  any,
  constantTime,
  constantVariance,
  createTrainer,
  defineRate,
  defineSizer,
  EVENT_TYPES,
  EventBus,
  fixed,
  gain,
  setUpPart,
  stateless,
  tau,
  TOKENS,
  warmUp,
  windowGate,
  type Part,
  type Sizes,
  type Trainer,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { plain, proportional, unbiased, uniform, upperBound } from "@unequal/samplers";
import { describe, expect, test } from "vitest";

const N = 400;
const b = 16;
const COSTS = { score: 30, step: 50 };

/** Swings between pools of 24 and 96, batches of 5 and 20. */
const sizesAt = (update: number): Sizes => ({
  candidates: 24 + 12 * (update % 7),
  count: 5 + 5 * (update % 4),
});
const swinging = defineSizer({
  name: "swinging",
  summary: "Other sizes at every step.",
  setup: () => ({
    ...stateless("swinging"),
    size: ({ update }) => sizesAt(update),
    figures: () => ({}),
  }),
});

const byLosses = defineRate({
  name: "by-losses",
  summary: "Goes by the losses of candidates alone.",
  facts: { requires: ["loss"] },
  setup: () => ({ ...stateless("by-losses"), factor: () => 1, figures: () => ({}) }),
});

function start(options: Partial<TrainerOptions> = {}): Trainer {
  let time = 0;
  return createTrainer({
    learner: toyLearner({ features: 4, outputs: 3, learningRate: 0.5 }),
    dataset: toyDataset({ size: N, features: 4, outputs: 3 }),
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: b,
    presample: 5 * b,
    provide: [[TOKENS.clock, { now: () => time++ }]],
    ...options,
  });
}

function record(trainer: Trainer): UnequalEvent[] {
  const events: UnequalEvent[] = [];
  for (const type of EVENT_TYPES) trainer.events.on(type, (event) => events.push(event));
  return events;
}

const estimates = (events: readonly UnequalEvent[]) =>
  events.flatMap((event) =>
    (event.type === "batch:scored" || event.type === "step:end") && event.estimate !== undefined
      ? [{ step: event.step, type: event.type, ...event.estimate }]
      : [],
  );

const sizesOf = (events: readonly UnequalEvent[]) =>
  events.flatMap((event) =>
    event.type === "step:start" ? [[event.importance, event.candidates, event.count]] : [],
  );

/** The sizes of each step by a sizer that is told the events on a bus of its own. */
function replayed(part: Part<"sizer">, events: readonly UnequalEvent[]): unknown[] {
  const bus = new EventBus();
  const sizer = setUpPart("sizer", part, { events: bus });
  sizer.bind?.({ batchSize: b, presample: 5 * b, size: N, estimated: true });
  return events.flatMap((event) => {
    if (event.type === "step:start") {
      const { candidates, count } = sizer.size(event.progress);
      return [event.importance ? [true, candidates, count] : [false, b, b]];
    }
    bus.emit(event.type, () => event as never);
    return [];
  });
}

describe.each(["systematic", "multinomial"] as const)("sizes that vary, %s draws", (draw) => {
  test("leave the weights unbiased: E[Σ of coefficients] = 1 at each of the sizes", async () => {
    const trainer = start({ sizer: swinging(), sampler: proportional({ draw }) });
    const sums = new Map<string, number[]>();
    trainer.events.on("batch:selected", ({ step, coefficients }) => {
      const { candidates, count } = sizesAt(step);
      for (const key of ["all", `of ${candidates}`, `${count}`]) {
        const sum = coefficients.reduce((total, coefficient) => total + coefficient, 0);
        sums.set(key, [...(sums.get(key) ?? []), sum]);
      }
    });
    await trainer.run({ updates: 1400 });
    expect(sums.size).toBe(12);
    for (const [key, values] of sums) {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      // Twelve looks at one run: four standard errors.
      expect(Math.abs(mean - 1), key).toBeLessThan(4 * Math.sqrt(variance / values.length));
    }
  });
});

test("every figure is that of the sizes in force, on importance and uniform steps alike", async () => {
  const trainer = start({ sizer: swinging(), gate: warmUp({ updates: 20 }) });
  const events = record(trainer);
  await trainer.run({ updates: 60 });
  for (const event of events) {
    if (event.type === "step:start")
      expect(event).toMatchObject(
        event.step < 20 ? { candidates: b, count: b } : sizesAt(event.step),
      );
    if (event.type === "batch:scored")
      expect(event.ids.length).toBe(sizesAt(event.step).candidates);
  }
  const seen = estimates(events);
  expect(seen.length).toBe(60);
  for (const { step, type, ...estimate } of seen) {
    const update = type === "step:end" ? step - 1 : step;
    const sizes = sizesAt(update);
    expect(estimate).toMatchObject(sizes);
    expect(estimate.gain).toBeCloseTo(gain(estimate, { batchSize: b, ...sizes }), 12);
  }
  expect(trainer.updatesPerEpoch).toBe(N / b);
  const loaded = Array.from({ length: 60 }, (_, at) => (at < 20 ? b : sizesAt(at).candidates));
  expect(trainer.progress.seen).toBe(loaded.reduce((sum, each) => sum + each, 0));
});

test("the tau gate compares the gain and the cost of the sizes in force", async () => {
  const options = { costs: COSTS, margin: 0, dwell: 1, smoothing: 0 };
  const trainer = start({ sizer: swinging(), gate: tau(options) });
  const events = record(trainer);
  await trainer.run({ updates: 100 });
  const decided = events.flatMap((event) =>
    event.type === "step:start" ? [event.importance] : [],
  );
  const wanted = estimates(events).map(({ candidates, count, gain: gained }) => {
    const cost = (COSTS.score * candidates) / (5 * b) + (COSTS.step * count) / b;
    return gained >= cost / COSTS.step;
  });
  expect(decided).toEqual([false, ...wanted.slice(0, -1)]);
  expect(new Set(wanted).size).toBe(2);
});

describe.each([
  ["constant-time", () => constantTime({ costs: COSTS, smoothing: 0.5 })],
  ["constant-variance", () => constantVariance({ form: "slides", extra: 0, smoothing: 0.5 })],
] as const)("%s", (_, part) => {
  const changing = (): Trainer =>
    start({
      sizer: part(),
      gate: any({ of: [tau({ costs: COSTS }), windowGate({ start: 9, every: 3 })] }),
    });

  test("changes its sizes, which its events replay on a bus of their own", async () => {
    const trainer = changing();
    const events = record(trainer);
    await trainer.run({ updates: 150 });
    const again = replayed(part(), events);
    expect(again).toEqual(sizesOf(events));
    expect(new Set(again.map(String)).size).toBeGreaterThan(3);
  });

  test("comes to the same sizes in a run that is saved and continued half-way", async () => {
    const whole = changing();
    const all = record(whole);
    await whole.run({ updates: 120 });
    const first = changing();
    const before = record(first);
    await first.run({ updates: 67 });
    const second = changing();
    await second.restore(structuredClone(await first.state()));
    const after = record(second);
    await second.run({ updates: 120 });
    expect([...sizesOf(before), ...sizesOf(after)]).toEqual(sizesOf(all));
  });
});

test("costs are measured for a sizer alone, also where no step is uniform", async () => {
  const trainer = start({ sizer: constantTime(), presample: 5 * b });
  const events = record(trainer);
  await trainer.run({ updates: 60 });
  const measured = events.filter(({ type }) => type === "costs:calibrated");
  expect(measured[0]).toMatchObject({ step: 20 });
  expect(measured.at(-1)).toMatchObject({ costs: trainer.costs });
  expect(replayed(constantTime(), events)).toEqual(sizesOf(events));
  const unmeasured = events.filter(({ type }) => type !== "costs:calibrated");
  expect(replayed(constantTime(), unmeasured)).not.toEqual(sizesOf(events));
});

describe("faults are coded errors before the first step", () => {
  test.each<[string, Partial<TrainerOptions>]>([
    ["SCHEDULER_NEEDS_SCORES", { sampler: uniform(), sizer: constantTime() }],
    ["SCHEDULER_NEEDS_SCORES", { sampler: uniform(), rate: byLosses() }],
    ["SIZES_INVALID", { sizer: fixed({ candidates: 8, count: 9 }) }],
    ["SIZES_INVALID", { sizer: fixed({ candidates: N + 1 }) }],
    ["UNKNOWN_NAME", { sizer: "automatic" }],
  ])("%s", (code, options) => {
    const given = { ...options };
    if (code === "SCHEDULER_NEEDS_SCORES") Object.assign(given, { scorer: undefined });
    expect(() => start(given)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test("SIZES_INVALID, at a later step, names it", async () => {
    const shrinking = defineSizer({
      name: "shrinking",
      summary: "Comes to nothing.",
      setup: () => ({
        ...stateless("shrinking"),
        size: ({ update }) => ({ candidates: 20, count: 2 - update }),
        figures: () => ({}),
      }),
    });
    const trainer = start({ sizer: shrinking() });
    await trainer.run({ updates: 2 });
    await expect(trainer.step()).rejects.toThrow(/update 2 gave 0 rows/);
  });
});
