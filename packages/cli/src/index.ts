export {
  activeEngine,
  adagrad,
  adam,
  cnn,
  cpu,
  functionModel,
  linearModel,
  mlp,
  momentum,
  rmsprop,
  sgd,
  wasm,
  type FunctionModel,
  type FunctionModelDefinition,
} from "@unequal/backends";
export {
  all,
  always,
  any,
  auto,
  constantTime,
  constantVariance,
  createTrainer,
  fixed,
  never,
  not,
  recorded,
  tau,
  totalVariation,
  UnequalError,
  warmUp,
  window,
  type TrainerOptions,
} from "@unequal/core";
export { arrays, mnist, rows } from "@unequal/datasets";
export {
  adaptive,
  additive,
  biased,
  cached,
  capped,
  everyN,
  gradientNorm,
  katyusha,
  history,
  laber,
  lipschitz,
  loss,
  none,
  onlineBatchSelection,
  perClass,
  plain,
  power,
  proportional,
  saga,
  scsg,
  staleNorms,
  svrg,
  unbiased,
  uniform,
  upperBound,
} from "@unequal/samplers";
export { defineConfig } from "./config/define-config.js";
export type { GivenCosts, UnequalConfig } from "./config/unequal-config.js";
export type { Callbacks, FitCallback, Logs } from "./fit/callback-list.js";
export type {
  ClassWeight,
  FitDatasetOptions,
  FitOptions,
  RowStream,
  SharedFitOptions,
  ValidationData,
  YieldEvery,
} from "./fit/fit-options.js";
export type { ImportanceHistory } from "./fit/run-epochs.js";
export type { ImportanceTrainingOptions } from "./fit/training-options.js";
export { ImportanceTraining } from "./importance-training.js";
export type { ChosenParts } from "./suit-sampler.js";
