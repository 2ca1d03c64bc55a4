import type { Scoring } from "../contracts/scoring.js";
import type { Clock } from "../contracts/clock.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Estimator } from "../contracts/estimator.js";
import type { Learner } from "../contracts/learner.js";
import type { Random } from "../contracts/random.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Gate, Sizer } from "../contracts/scheduler.js";
import type { Scorer } from "../contracts/scorer.js";
import type { SignalSource } from "../contracts/signal-source.js";
import type { Plain } from "../contracts/state.js";
import type { Weighting } from "../contracts/weighting.js";
import type { EventBus } from "../events.js";
import type { CandidateOrder } from "./candidate-order.js";
import type { LeftOutTeller } from "./left-out-teller.js";
import type { MetricControl } from "./metric-control.js";
import type { NonFinite } from "./score-pool.js";
import type { BesideScoring } from "./beside-scoring.js";
import type { Agreement } from "./agreement.js";
import type { Reuse } from "./reuse.js";
import type { ScoringAhead } from "./scoring-ahead.js";
import type { ScoringSettings } from "./scoring-option.js";
import type { Upcoming } from "./upcoming.js";
import type { WeightWatch } from "./weight-watch.js";

/** Everything that a trainer works with, as the composition root puts it together. */
export interface TrainerParts {
  readonly batchSize: number;
  readonly presample: number;
  readonly seed: number | string;
  readonly nonFinite: NonFinite;
  /** Says what `nonFinite: "skip"` leaves out. */
  readonly leftOut: LeftOutTeller;
  /** Says where weights spoil a step; of rows out of reach where the weighting claims no bias. */
  readonly weightWatch: WeightWatch;
  readonly claimsNoBias: boolean;
  /** What a user should know of these parts together, a sentence each. */
  readonly notes: readonly string[];
  /** Every how many uniform steps a paid signal is computed, to keep the estimate of tau up to date. */
  readonly probeEvery: number;
  /** Names and options of the parts, for `run:start`. */
  readonly description: Readonly<Record<string, Plain>>;
  /** Every generator that a part was given, by role. */
  readonly generators: ReadonlyMap<string, Random>;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventBus;
  readonly learner: Learner;
  readonly dataset: Dataset;
  readonly order: CandidateOrder;
  readonly scoring: ScoringAhead;
  /** Loads and scores on the learner, at once, whatever is asked for ahead. */
  readonly inline: Scoring;
  /** The same, where a replica may score. */
  readonly beside: BesideScoring | undefined;
  readonly scoringSettings: ScoringSettings;
  readonly upcoming: Upcoming;
  readonly reuse: Reuse;
  readonly agreement: Agreement;
  /** Where signals come from that the learner does not offer; `scoring` adds them to its pools. */
  readonly sources: readonly SignalSource[];
  readonly metrics: MetricControl;
  readonly scorer: Scorer | undefined;
  readonly sampler: Sampler;
  /** The sampler's law, checked; every figure is computed from this. */
  readonly law: Sampler["law"];
  readonly weighting: Weighting;
  readonly estimator: Estimator;
  readonly gate: Gate;
  readonly sizer: Sizer;
}
