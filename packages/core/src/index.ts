export { columnsOf } from "./arrays/columns-of.js";
export { everyId, everyRow } from "./arrays/every-row.js";
export { joinFloats } from "./arrays/join-floats.js";
export { median } from "./arrays/median.js";
export { nextAverage } from "./arrays/moving-average.js";
export { weightProduct } from "./arrays/weight-product.js";
export type { Columns, HostArray, HostBatch } from "./contracts/arrays.js";
export type { Backend, EngineAdvice, EngineDescription, EngineFacts } from "./contracts/backend.js";
export type { CandidateOrder, Dealt } from "./contracts/candidate-order.js";
export type { Clock } from "./contracts/clock.js";
export type { DataSplits, Dataset } from "./contracts/dataset.js";
export type { Estimator, EstimatorStep, Reference } from "./contracts/estimator.js";
export type {
  EventData,
  EventSource,
  EventType,
  GainEstimate,
  Listener,
  ReportedGain,
  ScoringMode,
  SizedEstimate,
  UnequalEvent,
} from "./contracts/events.js";
export type {
  Batch,
  Evaluation,
  ExportedModel,
  GradientOptions,
  Handle,
  Learner,
  LearnerFacts,
  StepResult,
  WeightedRows,
} from "./contracts/learner.js";
export type {
  DatasetSource,
  ModelBuilder,
  ModelRequest,
  OptimizerBuilder,
} from "./contracts/model.js";
export type { Pool } from "./contracts/pool.js";
export type { Progress } from "./contracts/progress.js";
export type { Random } from "./contracts/random.js";
export type {
  Replica,
  ReplicaAnswer,
  ReplicaOptions,
  ReplicaRequest,
} from "./contracts/replica.js";
export type { Reporter } from "./contracts/reporter.js";
export type { DatasetFacts, Examples, Observation, Sampler } from "./contracts/sampler.js";
export type {
  Costs,
  Gate,
  Rate,
  Scheduler,
  SchedulerFacts,
  SchedulerNeed,
  Sizer,
  Sizes,
  StepDecision,
} from "./contracts/scheduler.js";
export type { Scorer } from "./contracts/scorer.js";
export type {
  Candidates,
  Rows,
  Scoring,
  ScoringRequest,
  StepDurations,
} from "./contracts/scoring.js";
export type { DrawLaw, Selection } from "./contracts/selection.js";
export type { NamedExamples, SignalSource } from "./contracts/signal-source.js";
export {
  WEIGHTED_SIGNALS,
  type Signal,
  type SignalPrice,
  type Signals,
} from "./contracts/signals.js";
export type { Plain, Remembering, State, Stateful, StatefulOnEngine } from "./contracts/state.js";
export type { Weighting } from "./contracts/weighting.js";
export { cumulativeSum, type CumulativeSum } from "./drawing/cumulative-sum.js";
export { drawFrom, proportionalLaw } from "./drawing/draw-from.js";
export { ERROR_CODES, isUnequalError, reasonOf, UnequalError, type ErrorCode } from "./errors.js";
export { checkSubscription, EVENT_TYPES, EventBus } from "./events.js";
export {
  defineBackend,
  defineDataset,
  defineEstimator,
  defineGate,
  defineModel,
  defineOptimizer,
  defineRate,
  defineReporter,
  defineSampler,
  defineScheduler,
  defineScorer,
  defineSignal,
  defineSizer,
  defineWeighting,
  isPart,
  type FactsOf,
  type Part,
  type PartDefinition,
  type PartContext,
  type PartFactory,
  type Spec,
} from "./plugin/part.js";
export { describeFacts, factsText } from "./plugin/describe-facts.js";
export type { Behaviour, Facts } from "./plugin/facts.js";
export { API_VERSION, definePlugin, isPlugin, type Plugin } from "./plugin/plugin.js";
export {
  opaque,
  option,
  usually,
  withDefaults,
  type Defaulted,
  type Filled,
} from "./plugin/option.js";
export { Registry, type RegistryEntry } from "./plugin/registry.js";
export type { Kind, Roles } from "./plugin/roles.js";
export { setUpPart, type SetUpOptions } from "./plugin/set-up-part.js";
export { specSchema } from "./plugin/spec-schema.js";
export { kindOfObject } from "./plugin/check-plain.js";
export { suggest } from "./suggest.js";
export {
  describeOptions,
  validateOptions,
  type OptionDescription,
} from "./plugin/validate-options.js";
export { createRandom } from "./random/create-random.js";
export * from "./schedulers/parts.js";
export { composeScheduler } from "./schedulers/compose-scheduler.js";
export { costsOption, threshold, type GivenCosts } from "./gain/costs.js";
export { rarely } from "./training/checks/rarely.js";
export { schedulersPlugin } from "./schedulers/schedulers-plugin.js";
export {
  initialTauMemory,
  nextTauMemory,
  tauFigures,
  type TauFigures,
  type TauMemory,
  type TauRule,
} from "./schedulers/gates/tau-rule.js";
export type { GivenSchema } from "./schedules/given-schema.js";
export {
  intervalOf,
  parseInterval,
  type Interval,
  type IntervalMoment,
} from "./schedules/interval.js";
export { moment, type Reached } from "./schedules/moment.js";
export { periodic } from "./schedules/periodic.js";
export {
  cosine,
  exponential,
  linear,
  steps,
  type NumberAt,
  type Schedule,
  type Scheduled,
  type Stretch,
} from "./schedules/schedule.js";
export { scheduled, type ScheduledSchema } from "./schedules/scheduled.js";
export { TOKENS, type Token } from "./training/tokens.js";
export { shareDone, type Budget } from "./training/budget.js";
export type { StepReport } from "./training/step/step-report.js";
export { createTrainer } from "./training/create-trainer.js";
export { presampleOf } from "./training/describe-parts.js";
export { wrap, type Provision, type Wrapping } from "./training/provide.js";
export { trainerOptions, type TrainerOptions } from "./training/trainer-options.js";
export {
  effectiveSampleSize,
  estimateGain,
  gain,
  tauOf,
  totalVariationOf,
  type GainSizes,
  type GainTerms,
  type PlannedDraw,
} from "./gain/gain.js";
export { restored } from "./state/restored.js";
export { scoringOption, type ScoringOption } from "./training/scoring/scoring-option.js";
export { scoreDataset, type ScoreDatasetOptions } from "./training/score-dataset.js";
export { scoresOf } from "./training/scoring/score-pool.js";
export { selectEvery } from "./training/draws/select-every.js";
export { slicePool } from "./training/pools/pick.js";
export { remembers } from "./state/remembers.js";
export { savedData } from "./state/saved-data.js";
export { stateless } from "./state/stateless.js";
export { systemClock } from "./system-clock.js";
export type { Trainer } from "./training/trainer.js";
