import { expect } from "vitest";
import type { SchedulerFacts, Sizes } from "../contracts/scheduler.js";
import type { ReportedGain } from "../contracts/events.js";
import type { EventBus } from "../events.js";
import { gain } from "../gain/gain.js";
import { toyProgress } from "./toy-pool.js";

/** The made-up run that is usual. */
export const USUAL_RUN: SchedulerFacts = {
  batchSize: 32,
  presample: 160,
  size: 1600,
  estimated: true,
};

/** Small and odd runs besides the usual one, down to a dataset that is one pool, one batch, one example. */
export const SCHEDULED_RUNS: readonly SchedulerFacts[] = [
  USUAL_RUN,
  { ...USUAL_RUN, size: 160 },
  { ...USUAL_RUN, presample: 32, size: 32 },
  { batchSize: 3, presample: 7, size: 11, estimated: true },
  { batchSize: 1, presample: 1, size: 1, estimated: true },
];

/** Expects whole numbers, 1 ≤ b ≤ B ≤ N. */
export function expectSizes({ candidates, count }: Sizes, { size }: SchedulerFacts): void {
  const message = `b = ${count}, B = ${candidates} of N = ${size}`;
  expect(Number.isInteger(candidates) && Number.isInteger(count), message).toBe(true);
  expect(count, message).toBeGreaterThanOrEqual(1);
  expect(count, message).toBeLessThanOrEqual(candidates);
  expect(candidates, message).toBeLessThanOrEqual(size);
}

/** One step of a made-up run, as a trainer would have decided on it. */
export interface MadeUpStep {
  readonly update: number;
  readonly importance: boolean;
  readonly sizes: Sizes;
  /** φ, which it takes if it is one of importance sampling. */
  readonly rate?: number;
  /** Which made-up run; others than 0, the default, have other taus and other costs. */
  readonly world?: number;
}

/** The update before which costs are measured. */
const CALIBRATION = 20;

/** Estimates whose tau swings between 1 and 8, and with it V and the total variation. */
function estimateAt({ update, sizes, world = 0 }: MadeUpStep, batchSize: number): ReportedGain {
  const swing = Math.cos((update + 70 * world) / 40);
  const estimate = {
    tau: 4.5 - 3.5 * swing,
    dispersion: 0.6 + 0.3 * swing,
    totalVariation: 0.4 - 0.35 * swing,
  };
  return { ...estimate, ...sizes, gain: gain(estimate, { batchSize, ...sizes }) };
}

/** A mean loss of candidates that falls, but for a while at a third of the way, when it rises. */
function lossAt({ update, world = 0 }: MadeUpStep): number {
  const rising = update > 100 && update < 120 ? 1.2 ** (update - 100) : 1;
  return (2 + world) * rising * 0.995 ** update;
}

/** Emits what a trainer would during a step and after it, once with measured costs: score(B) = step(b). */
export function announceStep(
  events: EventBus,
  step: MadeUpStep,
  { batchSize }: Pick<SchedulerFacts, "batchSize">,
): void {
  const { update, importance, rate = 1, world = 0 } = step;
  const estimate = estimateAt(step, batchSize);
  const rows = importance ? step.sizes.count : batchSize;
  if (importance) {
    const loss = lossAt(step);
    const [ids, scores] = [Uint32Array.of(0, 1), Float32Array.of(1, 2)];
    events.emit("batch:scored", () => ({ ids, scores, age: 0, loss, skipped: 0, estimate }));
  }
  events.emit("step:end", () => ({
    progress: toyProgress(update + 1),
    importance,
    ...(importance && rate !== 1 && { rate }),
    loss: 1,
    metrics: {},
    rows,
    loaded: importance ? step.sizes.candidates : rows,
    durations: { load: 0, score: 0, train: 1 },
    ...(!importance && { estimate }),
  }));
  if (update + 1 === CALIBRATION)
    events.emit("costs:calibrated", () => ({ costs: { score: 1 + 2 * world, step: 1 } }));
}
