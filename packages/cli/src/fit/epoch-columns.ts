import type { StepReport, Trainer } from "@unequal/core";
import type { Logs } from "./callback-list.js";

/** Averages what an epoch's updates report into the columns of a history. */
export interface EpochColumns {
  readonly add: (report: StepReport) => void;
  /** Returns the means since the last call. */
  readonly take: () => Logs;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Creates the columns: `loss` and metrics, importance-weighted and so unbiased estimates, and where the
 * sampler draws by score `tau`, `importance_share` (share of the epoch's updates) and
 * `effective_sample_size` = B / tau, which for uniform updates says what it would be.
 */
export function createEpochColumns(trainer: Trainer, presample: number): EpochColumns {
  let columns = new Map<string, number[]>();
  let tau: number | undefined;
  const push = (name: string, value: number): void => {
    columns.set(name, [...(columns.get(name) ?? []), value]);
  };
  trainer.events.on("batch:scored", ({ estimate }) => (tau = estimate?.tau ?? tau));
  trainer.events.on("step:end", ({ estimate }) => (tau = estimate?.tau ?? tau));
  return {
    add: ({ loss, metrics, importance }) => {
      push("loss", loss);
      for (const [name, value] of Object.entries(metrics)) push(name, value);
      if (tau === undefined) return;
      push("tau", tau);
      push("importance_share", Number(importance));
      push("effective_sample_size", presample / tau);
    },
    take: () => {
      const logs = Object.fromEntries([...columns].map(([name, values]) => [name, mean(values)]));
      columns = new Map();
      return logs;
    },
  };
}
