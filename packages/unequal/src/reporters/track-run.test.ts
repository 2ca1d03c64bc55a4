import { EventBus } from "@unequal/core";
import { expect, test } from "vitest";
import { trackRun } from "./track-run.js";

const durations = { load: 1, score: 2, train: 7 };
const progressAt = (update: number) => ({
  update,
  seen: 0,
  trained: 0,
  epoch: 0,
  updatesPerEpoch: 10,
  pass: 0,
  seconds: update / 10,
});

interface Played {
  readonly importance: boolean;
  readonly tau: number;
  readonly rate?: number;
}

function play(events: EventBus, update: number, { importance, tau, rate }: Played): void {
  const sizes = { candidates: 100 * tau, count: 10 * tau };
  const estimate = { tau, dispersion: 0.5, totalVariation: 0.3, gain: tau / 2, ...sizes };
  const progress = progressAt(update);
  const started = importance ? sizes : { candidates: 16, count: 16 };
  events.emit("step:start", () => ({ progress, importance, ...started }));
  if (importance)
    events.emit("batch:scored", () => ({
      ids: Uint32Array.of(1),
      scores: Float32Array.of(1),
      age: 0,
      skipped: 0,
      tau: tau + 1,
      effectiveSampleSize: 10 * tau,
      estimate,
    }));
  events.emit("step:end", () => ({
    progress: progressAt(update),
    importance,
    loss: update,
    metrics: {},
    rows: 4,
    loaded: started.candidates,
    durations,
    ...(rate !== undefined && { rate }),
    ...(importance ? {} : { estimate }),
  }));
}

test("sums up what the events of a run tell", () => {
  const events = new EventBus(() => ({ step: 2, seconds: 0.2 }));
  const { figures } = trackRun(events);
  expect(figures()).toMatchObject({ step: 0, loss: undefined, tau: undefined, gain: undefined });
  play(events, 1, { importance: false, tau: 2 });
  play(events, 2, { importance: false, tau: 2 });
  events.emit("schedule:switched", () => ({ importance: true, figures: {} }));
  expect(figures().rate).toBeUndefined();
  play(events, 3, { importance: true, tau: 3 });
  play(events, 4, { importance: true, tau: 5, rate: 1.5 });
  const found = figures();
  expect(found).toMatchObject({
    step: 4,
    seconds: 0.4,
    importance: true,
    importanceSteps: 2,
    switches: [{ step: 2, seconds: 0.2, importance: true }],
    tau: 5,
    effectiveSampleSize: 40,
    gain: 2,
    rate: { latest: 1.5, mean: 1.25, largest: 1.5 },
    sizes: { candidates: 500, count: 50 },
    importanceTimes: [
      { ...durations, candidates: 300, count: 30, loaded: 300, rows: 4 },
      { ...durations, candidates: 500, count: 50, loaded: 500, rows: 4 },
    ],
  });
  let rows = 0;
  for (const count of [16, 16, 30, 50]) rows = 0.9 * rows + 0.1 * count;
  expect(found.rowsPerStep).toBeCloseTo(rows / (1 - 0.9 ** 4), 12);
  let moving = 0;
  for (const loss of [1, 2, 3, 4]) moving = 0.9 * moving + 0.1 * loss;
  expect(found.loss).toBeCloseTo(moving / (1 - 0.9 ** 4), 12);
  let tau = 0;
  for (const each of [2, 2, 3, 5]) tau = 0.9 * tau + 0.1 * each;
  expect(found.estimatedTau).toBeCloseTo(tau / (1 - 0.9 ** 4), 12);
  expect(found.secondsPerStep).toBeCloseTo(0.01, 12);
});

test("importance sampling stays on while uniform steps are timed, until it is switched off", () => {
  const events = new EventBus(() => ({ step: 2, seconds: 0.2 }));
  const { figures } = trackRun(events);
  events.emit("schedule:switched", () => ({ importance: true, figures: {} }));
  play(events, 1, { importance: true, tau: 2, rate: 2 });
  play(events, 2, { importance: false, tau: 2 });
  expect(figures()).toMatchObject({
    importance: true,
    importanceSteps: 1,
    rate: { latest: 1, mean: 2, largest: 2 },
  });
  events.emit("schedule:switched", () => ({ importance: false, figures: {} }));
  play(events, 3, { importance: false, tau: 2 });
  expect(figures().importance).toBe(false);
});
