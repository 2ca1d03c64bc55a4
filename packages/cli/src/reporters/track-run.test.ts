import { EventBus, gain } from "@unequal/core";
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

function play(events: EventBus, update: number, importance: boolean, tau: number): void {
  const estimate = { tau, dispersion: 0.5, gain: 1 / (0.5 / tau + 0.2) };
  if (importance)
    events.emit("batch:scored", () => ({
      ids: Uint32Array.of(1),
      scores: Float32Array.of(1),
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
    durations,
    ...(importance ? {} : { estimate }),
  }));
}

test("sums up what the events of a run tell", () => {
  const events = new EventBus(() => ({ step: 2, seconds: 0.2 }));
  const figures = trackRun(events, { batchSize: 128, presample: 640 });
  expect(figures()).toMatchObject({ step: 0, loss: undefined, tau: undefined, gain: undefined });
  play(events, 1, false, 2);
  play(events, 2, false, 2);
  events.emit("schedule:switched", () => ({ importance: true, figures: {} }));
  play(events, 3, true, 3);
  play(events, 4, true, 5);
  const found = figures();
  expect(found).toMatchObject({
    step: 4,
    seconds: 0.4,
    importance: true,
    importanceSteps: 2,
    switches: [{ step: 2, seconds: 0.2, importance: true }],
    tau: 5,
    effectiveSampleSize: 40,
    importanceEstimate: { tau: 4, dispersion: 0.5 },
  });
  const gains = [3, 5].map((tau) => gain({ tau, dispersion: 0.5 }, 128, 640));
  expect(found.gain).toBeCloseTo(((gains[0] ?? 0) + (gains[1] ?? 0)) / 2, 12);
  let moving = 0;
  for (const loss of [1, 2, 3, 4]) moving = 0.9 * moving + 0.1 * loss;
  expect(found.loss).toBeCloseTo(moving / (1 - 0.9 ** 4), 12);
  expect(found.secondsPerStep).toBeCloseTo(0.01, 12);
});
