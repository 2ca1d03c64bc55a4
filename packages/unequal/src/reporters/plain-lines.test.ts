import { EventBus } from "@unequal/core";
import { expect, test } from "vitest";
import { plainLines } from "./plain-lines.js";
import { progressBar } from "./progress-bar.js";

const limits = { budget: { updates: 100 }, updatesPerEpoch: 10 };

/** Tells of importance steps of some φ, one every ten seconds. */
function play(events: EventBus, rates: readonly number[], wait: () => void): void {
  rates.forEach((rate, at) => {
    wait();
    const update = at + 1;
    const progress = { update, seen: 0, trained: 0, epoch: 0, updatesPerEpoch: 10, pass: 0 };
    events.emit("step:end", () => ({
      progress: { ...progress, seconds: 10 * update },
      importance: true,
      loss: 1,
      metrics: {},
      ...(rate !== 1 && { rate }),
      rows: 4,
      loaded: 4,
      durations: { load: 0, score: 0, train: 1 },
    }));
  });
}

test("lines tell what the learning rate is multiplied with, once it was", () => {
  const lines: string[] = [];
  const events = new EventBus(() => ({ step: 1, seconds: 1 }));
  let now = 0;
  plainLines((line) => lines.push(line), { ...limits, clock: { now: () => now } }).attach(events);
  play(events, [1, 1.5, 1], () => {
    now += 10_000;
  });
  expect(lines).toEqual([
    expect.stringMatching(/importance on \| 0 examples\/s/),
    expect.stringMatching(/importance on \| rate ×1.50 \| 0 examples\/s/),
    expect.stringMatching(/importance on \| rate ×1.00 \| 0 examples\/s/),
  ]);
});

test("so does the bar", () => {
  const shown: string[] = [];
  const events = new EventBus(() => ({ step: 1, seconds: 1 }));
  const line = {
    draw: (text: (width: number) => string) => void shown.push(text(150)),
    clear: () => undefined,
  };
  progressBar(line, limits).attach(events);
  play(events, [1, 1.5], () => undefined);
  expect(shown[0]).not.toContain("rate");
  expect(shown[1]).toContain("importance on | rate ×1.50 |");
});
