import type { Dataset } from "../contracts/dataset.js";
import type { Learner } from "../contracts/learner.js";
import type { Spec } from "../plugin/part.js";
import type { Registry } from "../plugin/registry.js";
import type { Provision } from "./provide.js";
import type { Resident } from "./scoring/inline-scoring.js";
import type { NonFinite } from "./scoring/score-pool.js";
import type { ScoringOption } from "./scoring/scoring-option.js";

/** Composes a trainer. Parts are values made in code, or names that the registry knows. */
export interface TrainerOptions {
  readonly learner: Learner;
  readonly dataset: Dataset;
  readonly sampler: Spec<"sampler">;
  /** Needed by samplers that draw by score. */
  readonly scorer?: Spec<"scorer">;
  /** Sources of signals that the model does not offer. */
  readonly signals?: readonly Spec<"signal">[];
  readonly weighting: Spec<"weighting">;
  readonly estimator: Spec<"estimator">;
  /** When to train by importance sampling; needed unless `scheduler` is given. */
  readonly gate?: Spec<"gate">;
  /** How large importance steps are; default `fixed`: always B candidates and b rows. */
  readonly sizer?: Spec<"sizer">;
  /** A whole scheduler instead of a gate and a sizer. */
  readonly scheduler?: Spec<"scheduler">;
  /** b: rows trained on in one uniform update; N / b updates make an epoch. */
  readonly batchSize: number;
  /** B: candidates scored for one importance step, where a sizer starts; default 5 b. */
  readonly presample?: number;
  readonly seed?: number | string;
  /**
   * Keep the whole dataset on the engine and pick candidates out of it there: always, never, or (`auto`, the default)
   * where the learner says that it is worth it, the dataset is fixed and it fits.
   */
  readonly resident?: Resident;
  /** Where candidates are scored: before the step (`inline`, default), in the background, or (`auto`) where it is faster. */
  readonly scoring?: ScoringOption;
  /**
   * k: batches drawn from one scored pool, for as many steps; default 1. Fewer are drawn where the effective sample size
   * of the pool, or the correlation of its scores with fresh ones, is too low.
   */
  readonly reuse?: number;
  /** Deal candidates in a new random order every pass (default), or in the dataset's own. */
  readonly shuffle?: boolean;
  /**
   * What to do about a loss that is not a finite number, or a score that is NaN, infinite or negative: an error naming the
   * example (default), or leave that example out of the step, and out of what is learned from it, as if it had not been a
   * candidate; the others count for it. Where no row is left the update is skipped, or ends in an error if training diverged.
   */
  readonly nonFinite?: NonFinite;
  /** Every how many uniform steps a paid signal is probed; default 10. */
  readonly probeEvery?: number;
  readonly registry?: Registry;
  /** Replaces bindings, `[TOKENS.clock, myClock]`, or wraps what is bound, `wrap(TOKENS.scorer, (inner) => …)`, in this order. */
  readonly provide?: readonly Provision[];
}
