import type { Progress } from "./progress.js";
import type { Plain, Stateful } from "./state.js";

/** Seconds that one scoring call on B candidates and one training step on b rows take, or any common unit. */
export interface Costs {
  readonly score: number;
  readonly step: number;
}

/** States the run that a gate decides for. */
export interface GateFacts {
  readonly batchSize: number;
  readonly presample: number;
  /** True if steps carry the estimate of tau: the sampler has a draw law and a scorer is there. */
  readonly estimated: boolean;
}

/** Answers when to train by importance sampling. Learns from the event bus, which its factory is given. */
export interface Gate extends Stateful {
  /** What the trainer must provide: measured `costs`, the `estimate` in every step's events. */
  readonly requires: ReadonlySet<"costs" | "estimate">;
  /** Learns the run's facts, once, before the first step. @throws GATE_NEEDS_SCORES, GATE_UNREACHABLE */
  readonly bind?: (facts: GateFacts) => void;
  /** Decides for the coming step; calling it twice changes nothing. */
  readonly decide: (progress: Progress) => boolean;
  /** Returns the figures that the last decision rests on, for `schedule:switched`. */
  readonly figures: () => Readonly<Record<string, Plain>>;
}

/** Answers how large the pool and the batch are. */
export interface Sizer {
  readonly size: (progress: Progress) => { readonly candidates: number; readonly count: number };
}
