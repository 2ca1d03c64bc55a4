import type { Backend } from "../contracts/backend.js";
import type { Estimator } from "../contracts/estimator.js";
import type { DatasetSource, ModelBuilder, OptimizerBuilder } from "../contracts/model.js";
import type { Reporter } from "../contracts/reporter.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Gate, Rate, Scheduler, Sizer } from "../contracts/scheduler.js";
import type { Scorer } from "../contracts/scorer.js";
import type { SignalSource } from "../contracts/signal-source.js";
import type { Weighting } from "../contracts/weighting.js";

/** Maps each kind of part to the contract that it fulfils. */
export interface Roles {
  readonly backend: Backend;
  readonly dataset: DatasetSource;
  readonly estimator: Estimator;
  readonly gate: Gate;
  readonly model: ModelBuilder;
  readonly optimizer: OptimizerBuilder;
  readonly rate: Rate;
  readonly reporter: Reporter;
  readonly sampler: Sampler;
  readonly scheduler: Scheduler;
  readonly scorer: Scorer;
  readonly signal: SignalSource;
  readonly sizer: Sizer;
  readonly weighting: Weighting;
}

/** Names a kind of part. */
export type Kind = keyof Roles;
