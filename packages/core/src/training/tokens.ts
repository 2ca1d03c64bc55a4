import type { CandidateOrder } from "../contracts/candidate-order.js";
import type { Clock } from "../contracts/clock.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Estimator } from "../contracts/estimator.js";
import type { Learner } from "../contracts/learner.js";
import type { Random } from "../contracts/random.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Gate, Rate, Scheduler, Sizer } from "../contracts/scheduler.js";
import type { Scorer } from "../contracts/scorer.js";
import type { Scoring } from "../contracts/scoring.js";
import type { Weighting } from "../contracts/weighting.js";
import type { EventBus } from "../events.js";
import type { Registry } from "../plugin/registry.js";

/** Names a binding of the composition root and the type of what is bound. */
export type Token<T> = symbol & { readonly bound?: T };

const token = <T>(name: string): Token<T> => Symbol.for(`unequal.${name}`);

/** Names every binding of a trainer's container; each can be replaced or wrapped with `createTrainer({ provide })`. */
export const TOKENS = {
  clock: token<Clock>("clock"),
  random: token<Random>("random"),
  events: token<EventBus>("events"),
  registry: token<Registry>("registry"),
  learner: token<Learner>("learner"),
  dataset: token<Dataset>("dataset"),
  /** In which order candidates come; not asked for those that a sampler proposes. */
  order: token<CandidateOrder>("order"),
  /** Loads candidates and computes their signals on the learner; a replica in the background does not go through it. */
  scoring: token<Scoring>("scoring"),
  scorer: token<Scorer | undefined>("scorer"),
  sampler: token<Sampler>("sampler"),
  weighting: token<Weighting>("weighting"),
  estimator: token<Estimator>("estimator"),
  gate: token<Gate>("gate"),
  sizer: token<Sizer>("sizer"),
  rate: token<Rate>("rate"),
  scheduler: token<Scheduler>("scheduler"),
} as const;
