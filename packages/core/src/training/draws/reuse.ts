import type { DrawLaw } from "../../contracts/selection.js";
import type { State, Stateful } from "../../contracts/state.js";
import type { DrawnBatch } from "./draw-rows.js";
import { effectiveSampleSize } from "../../gain/gain.js";
import { restored } from "../../state/restored.js";

/** Every how many pools the last batch tells whether it was still drawn by the right scores. */
const CHECK_EVERY = 10;
/** Least share of the rows drawn from one pool that the effective number of its candidates must be. */
const LEAST_SAMPLE = 0.5;
/** Least correlation of the scores that a pool's last batch was drawn by with those that its step found. */
const LEAST_CORRELATION = 0.7;

/** Decides how many batches are drawn from one pool, at most k, and keeps those to come. */
export interface Reuse extends Stateful {
  /** k. */
  readonly most: number;
  /** Batches drawn from a pool at present, at most. */
  readonly times: () => number;
  /**
   * Batches to draw from a new pool: so many that its effective sample size 1/Σp² is at least half of the rows drawn.
   * Every tenth pool is a trial: of two batches, where one was found to be enough.
   */
  readonly batchesOf: (law: DrawLaw | undefined, count: number) => number;
  readonly keep: (batches: readonly DrawnBatch[]) => void;
  readonly next: () => DrawnBatch | undefined;
  /** Batches kept for coming steps. */
  readonly left: () => number;
  readonly forget: () => void;
  /** Whether the present batch is the last of several from a trial: it tells how long scores last. */
  readonly endsTrial: () => boolean;
  /** Learns how the scores of a trial's last batch agree with those that its step found. */
  readonly learn: (correlation: number) => void;
}

interface Saved {
  readonly times: number;
  readonly pools: number;
  readonly drawn: number;
  readonly kept: DrawnBatch[];
}

/** Creates the reuse of a run that draws at most `most` batches from one pool. */
export function createReuse(most: number): Reuse {
  let times = most;
  let kept: DrawnBatch[] = [];
  let pools = 0;
  let drawn = 0;
  const onTrial = (): boolean => most > 1 && pools > 0 && pools % CHECK_EVERY === 0;
  return {
    most,
    times: () => times,
    batchesOf: (law, count) => {
      if (most === 1 || law === undefined) return 1;
      pools += 1;
      const wanted = onTrial() ? Math.max(2, times) : times;
      const rows = effectiveSampleSize(law.expected) / LEAST_SAMPLE;
      return Math.max(1, Math.min(wanted, Math.floor(rows / count)));
    },
    keep: (batches) => {
      kept = [...batches];
      drawn = 1 + kept.length;
    },
    next: () => kept.shift(),
    left: () => kept.length,
    forget: () => {
      kept = [];
    },
    endsTrial: () => onTrial() && drawn > 1 && kept.length === 0,
    learn: (correlation) => {
      if (Number.isNaN(correlation)) return;
      times = correlation < LEAST_CORRELATION ? Math.max(1, times - 1) : Math.min(most, times + 1);
    },
    state: () =>
      ({ version: 2, times, pools, drawn, kept: structuredClone(kept) }) as unknown as State,
    restore: (state) => {
      ({ times, pools, drawn, kept } = restored<Saved>(state, 2, "reused pools"));
    },
  };
}
