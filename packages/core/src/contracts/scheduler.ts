import type { Progress } from "./progress.js";
import type { Plain, Stateful } from "./state.js";

/** Seconds, or any common unit, that an importance step is made of. Other sizes are taken to cost in proportion. */
export interface Costs {
  /** score(B): what scoring `presample` candidates adds to a step; of a replica, by how much it slows the update down. */
  readonly score: number;
  /** step(b): what training on `batchSize` rows takes. */
  readonly step: number;
  /** What a replica takes to score `presample` candidates in the background: no step is shorter. Absent: no replica does. */
  readonly background?: number;
}

/** Sizes of an importance step: B candidates are scored, a of them drawn, 1 ≤ a ≤ B ≤ N. A uniform step has b = `batchSize` rows. */
export interface Sizes {
  /** B. */
  readonly candidates: number;
  /** a: rows that are drawn, repetitions counted; mostly b. */
  readonly count: number;
}

/** States the run that a scheduler, or its gate and sizer, decides for. */
export interface SchedulerFacts {
  /** Rows of a uniform step, and of the groups that tau is estimated on. */
  readonly batchSize: number;
  /** B that the run is planned with, and that score(B) is measured at. */
  readonly presample: number;
  /** N. */
  readonly size: number;
  /** True if steps carry the estimate of tau: the sampler has a draw law and a scorer is there. */
  readonly estimated: boolean;
  /** Sizes of every importance step, told to gates where the sizer is `steady`. */
  readonly sizes?: Sizes;
}

/**
 * What a scheduler, gate, sizer or rate may ask of the trainer: measured `costs`; the `estimate` in every step's events; the mean `loss`
 * of the candidates in `batch:scored`; of a scheduler also a `comparison`: while importance sampling is on, a few uniform steps now and
 * then, so that it is known what one costs.
 */
export type SchedulerNeed = "costs" | "estimate" | "loss" | "comparison";

/** What the coming step is to be. */
export interface StepDecision extends Sizes {
  /** Whether it is one of importance sampling; the sizes are those that it has then, or would have. */
  readonly importance: boolean;
  /** φ: what an importance step multiplies the learning rate with, for itself alone; absent: 1. */
  readonly rate?: number;
}

/**
 * Answers of each step whether it is one of importance sampling, from how many candidates, for how many rows, and how far. Learns from
 * the event bus, which its factory is given. The usual one is composed of a {@link Gate}, a {@link Sizer} and a {@link Rate}.
 */
export interface Scheduler extends Stateful {
  readonly requires: readonly SchedulerNeed[];
  /** Learns the run's facts, once, before the first step. @throws GATE_UNREACHABLE */
  readonly bind?: (facts: SchedulerFacts) => void;
  /** Decides on the coming step; calling it twice changes nothing. */
  readonly decide: (progress: Progress) => StepDecision;
  /** Returns the figures that the last decision rests on, for `schedule:switched`. */
  readonly figures: () => Readonly<Record<string, Plain>>;
}

/** Answers when to train by importance sampling. Learns from the event bus, which its factory is given. */
export interface Gate extends Stateful {
  readonly requires: readonly SchedulerNeed[];
  /** Learns the run's facts, once, before the first step. @throws GATE_UNREACHABLE */
  readonly bind?: (facts: SchedulerFacts) => void;
  /** Decides for the coming step; calling it twice changes nothing. */
  readonly decide: (progress: Progress) => boolean;
  /** Returns the figures that the last decision rests on, for `schedule:switched`. */
  readonly figures: () => Readonly<Record<string, Plain>>;
}

/** Answers how large the pool and the batch of an importance step are. Learns from the event bus, as a gate does. */
export interface Sizer extends Stateful {
  readonly requires: readonly SchedulerNeed[];
  /** True if `size` returns the same at every step: a gate then knows before the first whether it can ever open. */
  readonly steady: boolean;
  /** Learns the run's facts, once, before the first step. */
  readonly bind?: (facts: SchedulerFacts) => void;
  /** Sizes the coming step, were it one of importance sampling; calling it twice changes nothing. */
  readonly size: (progress: Progress) => Sizes;
  /** Returns the figures that the sizes rest on, for `schedule:switched`. */
  readonly figures: () => Readonly<Record<string, Plain>>;
}

/**
 * Answers how far importance steps go: by what factor φ their learning rate is longer than the user's. A step whose variance
 * does not follow the gain, or a uniform one, has φ = 1. Learns from the event bus, as a gate does.
 */
export interface Rate extends Stateful {
  readonly requires: readonly SchedulerNeed[];
  /** Learns the run's facts, once, before the first step. */
  readonly bind?: (facts: SchedulerFacts) => void;
  /** Returns φ > 0 of the coming step, were it one of importance sampling; calling it twice changes nothing. */
  readonly factor: (progress: Progress) => number;
  /** Returns the figures that φ rests on, for `schedule:switched`. */
  readonly figures: () => Readonly<Record<string, Plain>>;
}
