import {
  savedData,
  type ReportedGain,
  type Stateful,
  type StepReport,
  type Trainer,
} from "@unequal/core";
import type { Logs } from "./callback-list.js";

/** Averages what an epoch's updates report into the columns of a history. */
export interface EpochColumns extends Stateful {
  readonly add: (report: StepReport) => void;
  /** Returns the means since the last call. */
  readonly take: () => Logs;
}

interface Sum {
  readonly sum: number;
  readonly count: number;
}

/** What the latest update said of its scores. */
interface Scored {
  tau: number | undefined;
  /** B of the estimate of tau. */
  candidates: number;
  /** 1/Σp² of the pool that the update drew from; absent on uniform updates. */
  size: number | undefined;
  /** Whether the update had no row left that has a finite loss: it found nothing, which is not a loss of 0. */
  empty: boolean;
}

/** Listens for the figures of importance sampling; both kinds of update report them. */
function listen(trainer: Trainer): Scored {
  const latest: Scored = {
    tau: undefined,
    candidates: 0,
    size: undefined,
    empty: false,
  };
  const learn = (estimate: ReportedGain | undefined): void => {
    if (estimate === undefined) return;
    latest.tau = estimate.tau;
    latest.candidates = estimate.candidates;
  };
  trainer.events.on("batch:scored", ({ estimate, effectiveSampleSize }) => {
    learn(estimate);
    latest.size = effectiveSampleSize;
  });
  trainer.events.on("step:end", ({ estimate, rows, skipped = 0 }) => {
    learn(estimate);
    latest.empty = rows === 0 && skipped > 0;
  });
  return latest;
}

/**
 * Creates the columns: `loss` and metrics, importance-weighted and so unbiased estimates, and where the
 * sampler draws by score `tau`, `importance_share` (share of the epoch's updates), `rate` (what the learning
 * rate was multiplied with, 1 on uniform updates) and
 * `effective_sample_size`: 1/Σp² of the pools drawn from and, on uniform updates, B / tau, which it would be.
 * Updates whose rows were all left out are not in the means; the loss of an epoch of nothing else is NaN.
 */
export function createEpochColumns(trainer: Trainer): EpochColumns {
  const latest = listen(trainer);
  let sums = new Map<string, Sum>();
  const push = (name: string, value: number): void => {
    const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
    sums.set(name, { sum: sum + value, count: count + 1 });
  };
  return {
    add: ({ loss, metrics, importance, rate }) => {
      if (!latest.empty) push("loss", loss);
      for (const [name, value] of Object.entries(metrics)) push(name, value);
      const { tau, candidates, size } = latest;
      if (tau === undefined) return;
      push("tau", tau);
      push("importance_share", Number(importance));
      push("rate", rate);
      push("effective_sample_size", (importance ? size : undefined) ?? candidates / tau);
    },
    take: () => {
      const means = [...sums].map(([name, { sum, count }]) => [name, sum / count] as const);
      sums = new Map();
      return { ...(latest.empty && { loss: NaN }), ...Object.fromEntries(means) };
    },
    ...savedData(
      "the columns of a history",
      () => ({ latest, sums: [...sums] }),
      (saved) => {
        Object.assign(latest, saved.latest);
        sums = new Map(saved.sums);
      },
    ),
  };
}
