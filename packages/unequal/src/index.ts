export { functionModel, type FunctionModel, type FunctionModelDefinition } from "@unequal/backends";
export {
  createTrainer,
  scoreDataset,
  TOKENS,
  UnequalError,
  wrap,
  type GivenCosts,
  type Schedule,
  type TrainerOptions,
} from "@unequal/core";
export {
  PrioritizedReplay,
  type PrioritizedReplayOptions,
  type ReplaySample,
  type ReplayState,
} from "@unequal/samplers";
export { defineConfig, type UnequalConfig } from "./options/command-options.js";
export type { Callbacks, FitCallback, Logs } from "./fit/callback-list.js";
export type {
  ClassWeight,
  FitDatasetOptions,
  FitOptions,
  RowStream,
  ValidationData,
  YieldEvery,
} from "./fit/fit-options.js";
export type { ImportanceHistory } from "./fit/fit-course.js";
export type { ImportanceTrainingOptions } from "./options/training-options.js";
export { ImportanceTraining } from "./importance-training.js";
export type { ChosenParts } from "./defaults/suit-sampler.js";
export * as datasets from "./parts/datasets.js";
export * as engines from "./parts/engines.js";
export * as estimators from "./parts/estimators.js";
export * as gates from "./parts/gates.js";
export * as models from "./parts/models.js";
export * as optimizers from "./parts/optimizers.js";
export * as rates from "./parts/rates.js";
export * as samplers from "./parts/samplers.js";
export * as schedules from "./parts/schedules.js";
export * as scorers from "./parts/scorers.js";
export * as signals from "./parts/signals.js";
export * as sizers from "./parts/sizers.js";
export * as weightings from "./parts/weightings.js";
