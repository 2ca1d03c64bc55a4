import type { ErrorCode } from "../errors.js";
import type { Evaluation } from "./learner.js";
import type { Progress } from "./progress.js";
import type { Costs, Sizes } from "./scheduler.js";
import type { StepDurations } from "./scoring.js";
import type { Plain } from "./state.js";

/** Estimates what importance sampling would gain, from groups of b scores whether it is on or off. */
export interface GainEstimate {
  /** τ(p; s) = b Σs² / Σ(s²/p), the mean over the groups. */
  readonly tau: number;
  /** V: variance of the draw over that of a multinomial one, for the same probabilities, as if of a rows from B candidates. */
  readonly dispersion: number;
  /** ½ Σ|p − u|, u uniform: the mean over the groups. */
  readonly totalVariation: number;
}

/** An estimate for an importance step of B candidates and a rows. */
export interface SizedEstimate extends GainEstimate, Sizes {}

/** An estimate, and the gain that follows from it. */
export interface ReportedGain extends SizedEstimate {
  /** Variance of a uniform step of b rows over that of the importance step, 1 / ((b/a) V/τ + b/B). */
  readonly gain: number;
}

/** Where scores are computed: by the learner before the step, or by a replica of the model in the background. */
export type ScoringMode = "inline" | "background";

/**
 * Maps each event to its data. The loop, with its events:
 *
 * ```
 * run:start
 * for each epoch (N / b updates)                    epoch:start
 *   for each step
 *     score elsewhere, if that is faster            scoring:switched (and during a step, where that fails)
 *     measure score(B) and step(b)                  costs:calibrated
 *     gate decides, if it changed its mind          schedule:switched
 *     sizer says how large the step is              step:start
 *     sampler refreshes what it remembers           part:figures     (of parts that have any)
 *     load candidates, compute signals, score them  batch:scored     (importance steps), rate:lowered
 *     draw rows, weigh them                         batch:selected
 *     estimator.step                                step:end
 *                                                   epoch:end
 * trainer.evaluate                                  evaluation:end
 * the run is in a file                              checkpoint:saved
 * a listener or reporter that throws                plugin:failed
 * what a user should know, not an error             warning
 * run:end
 * ```
 */
export interface EventData {
  "run:start": { readonly seed: number | string; readonly parts: Readonly<Record<string, Plain>> };
  "epoch:start": { readonly epoch: number };
  "step:start": {
    readonly progress: Progress;
    readonly importance: boolean;
    /** Candidates that are loaded, and rows that are drawn of them: on uniform steps all. */
    readonly candidates: number;
    readonly count: number;
  };
  "schedule:switched": {
    readonly importance: boolean;
    /** What the gate rests on, under `sizer` what the sizes do, and under `rate` φ. */
    readonly figures: Readonly<Record<string, Plain>>;
  };
  /** The mean loss of the candidates rose: φ, and what it may rise to, was lowered. */
  "rate:lowered": { readonly from: number; readonly to: number; readonly loss: number };
  "costs:calibrated": { readonly costs: Costs };
  /** Scores are from now on computed elsewhere, and why. */
  "scoring:switched": { readonly mode: ScoringMode; readonly reason: string };
  /** The run can go on from here: a file, and its size in bytes. */
  "checkpoint:saved": { readonly file: string; readonly bytes: number };
  /** Figures that a part monitors, by names of its own. */
  "part:figures": {
    readonly part: string;
    readonly figures: Readonly<Record<string, number>>;
  };
  "batch:scored": {
    readonly ids: Uint32Array;
    readonly scores: Float32Array;
    /** Updates that the parameters have seen since they scored. */
    readonly age: number;
    /** τ(p; s) over the whole pool; B Σp² where p ∝ s. */
    readonly tau?: number;
    /** 1/Σp² of the draw's probabilities. */
    readonly effectiveSampleSize?: number;
    /** Absent where scores are old, and the training pass tells what they should be: then `step:end` has it. */
    readonly estimate?: ReportedGain;
    /** Mean of the candidates' losses that are finite, where they were computed: the scorer, or the rate, asks for them. */
    readonly loss?: number;
    /** Candidates left out because their score was not finite. */
    readonly skipped: number;
  };
  "batch:selected": {
    readonly ids: Uint32Array;
    readonly keys: Uint32Array;
    /**
     * What each row's loss is multiplied with beyond its sample and class weight, [rows]: the weight of a first stage is in it,
     * so that Σ coefficient · f(row) estimates the mean of f over the dataset. Of pairs and triplets those of the groups, [G].
     * Where `step:end` tells of rows skipped, the others counted for them.
     */
    readonly coefficients: Float32Array;
  };
  "step:end": {
    readonly progress: Progress;
    readonly importance: boolean;
    readonly loss: number;
    readonly metrics: Readonly<Record<string, number>>;
    /** φ: what the learning rate was multiplied with; absent: 1. */
    readonly rate?: number;
    /** Distinct rows trained on. */
    readonly rows: number;
    /** Rows left out, under `nonFinite: "skip"`, because their loss was not finite; absent: none. */
    readonly skipped?: number;
    /** Rows that were brought onto the engine: all candidates, or only those drawn. */
    readonly loaded: number;
    readonly durations: StepDurations;
    /** Age of the scores that its rows were drawn by, on importance steps with a scorer. */
    readonly age?: number;
    /** Present where a scorer is there, on uniform steps, and on others drawn by old scores: what scores of these rows say. */
    readonly estimate?: ReportedGain;
  };
  "epoch:end": { readonly epoch: number };
  "evaluation:end": { readonly split: string } & Evaluation;
  "plugin:failed": { readonly event: string; readonly message: string };
  warning: { readonly code: ErrorCode | "NOTE"; readonly message: string };
  "run:end": { readonly progress: Progress; readonly importanceSteps: number };
}

/** Names an event. */
export type EventType = keyof EventData;

/** Carries one event: plain data of the listener's own. */
export type UnequalEvent<T extends EventType = EventType> = {
  readonly [K in T]: {
    readonly type: K;
    readonly step: number;
    readonly seconds: number;
  } & EventData[K];
}[T];

/** Receives one event; may be asynchronous, but is not awaited. */
export type Listener<T extends EventType> = (event: UnequalEvent<T>) => unknown;

/** Where events come from. */
export interface EventSource {
  /**
   * Subscribes; returns the function that unsubscribes. Listeners are called in the order they came.
   * @throws UNKNOWN_NAME, OPTION_INVALID
   */
  readonly on: <T extends EventType>(type: T, listener: Listener<T>) => () => void;
}
