import type { SizedEstimate } from "../../contracts/events.js";
import type { Sizes } from "../../contracts/scheduler.js";
import { gain } from "../../gain/gain.js";
import {
  averagesOf,
  nextAverages,
  noEstimates,
  type EstimateAverages,
} from "../estimates/estimate-averages.js";
import { nextWatch, startOfWatch, type LossWatch } from "./loss-watch.js";

/** Fixes how φ follows the gain. */
export interface FactorRule {
  /** b, which g is relative to. */
  readonly batchSize: number;
  readonly power: number;
  /** Largest φ. */
  readonly cap: number;
  /** Factor of the moving averages of τ and V. */
  readonly smoothing: number;
  /** Largest factor by which φ rises from one importance step to the next. */
  readonly rise: number;
}

/** What φ goes by. */
export interface FactorMemory {
  readonly averages: EstimateAverages;
  /** Of the latest estimate. */
  readonly sizes: Sizes | undefined;
  /** φ of the coming importance step. */
  readonly factor: number;
  /** φ that the latest importance step took: 1 where the learning rate cannot follow. */
  readonly taken: number;
  /** Uniform steps since that. */
  readonly idle: number;
  readonly watch: LossWatch;
}

/** Knows nothing yet: φ = 1. */
export const initialFactor: FactorMemory = {
  averages: noEstimates,
  sizes: undefined,
  factor: 1,
  taken: 1,
  idle: 0,
  watch: startOfWatch,
};

/** Uniform steps in a row after which importance sampling counts as off; those that tell what one costs come five in a row. */
const OFF = 10;

/** Computes ḡ; 1 before the first estimate. */
export function meanGain({ averages, sizes }: FactorMemory, rule: FactorRule): number {
  if (sizes === undefined) return 1;
  return gain(averagesOf(averages, rule.smoothing), { batchSize: rule.batchSize, ...sizes });
}

/** Takes in an estimate of the gain. */
export function withEstimate(
  memory: FactorMemory,
  estimate: SizedEstimate,
  { smoothing }: FactorRule,
): FactorMemory {
  const { candidates, count } = estimate;
  const averages = nextAverages(memory.averages, estimate, smoothing);
  return { ...memory, averages, sizes: { candidates, count } };
}

/** Takes in the mean loss of a pool: where losses rise after long steps, φ is 1 again, and may rise to half of what it was. */
export function withLoss(memory: FactorMemory, loss: number): FactorMemory {
  const watch = nextWatch(memory.watch, loss, memory.taken);
  const alarmed = watch.alarms > memory.watch.alarms;
  return { ...memory, watch, factor: alarmed ? 1 : memory.factor };
}

/** φ after an importance step: clamp(ḡ^power, 1, cap), which it nears by a bounded factor, once losses can be compared. */
export function withStep(memory: FactorMemory, taken: number, rule: FactorRule): FactorMemory {
  const after = { ...memory, taken, idle: 0 };
  if (memory.watch.lowest === undefined) return after;
  const target = Math.max(1, meanGain(memory, rule) ** rule.power);
  const most = Math.min(target, rule.cap, memory.watch.ceiling);
  return { ...after, factor: Math.min(most, rule.rise * memory.factor) };
}

/** φ after a uniform step: 1 once importance sampling is off. */
export function withUniform(memory: FactorMemory): FactorMemory {
  const idle = memory.idle + 1;
  return { ...memory, idle, factor: idle < OFF ? memory.factor : 1 };
}
