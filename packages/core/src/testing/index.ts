export { describeAgreement, type AgreementSubject } from "./agreement-laws.js";
export { backendLaws, describeBackend, type BackendSubject } from "./backend-laws.js";
export { datasetLaws, describeDataset, type DatasetSubject } from "./dataset-laws.js";
export { describeLaws } from "./describe-laws.js";
export { describeEstimator, estimatorLaws } from "./estimator-laws.js";
export type { EstimatorSubject } from "./estimator-run.js";
export { describeGate, gateLaws, type GateSubject } from "./gate-laws.js";
export { brokenLaws, type Law } from "./law.js";
export { describeLearner, learnerLaws } from "./learner-laws.js";
export type { LearnerFixture, LearnerSubject } from "./learner-run.js";
export { describeSampler, samplerLaws, type SamplerSuiteOptions } from "./sampler-laws.js";
export type { SamplerSubject } from "./sampler-run.js";
export {
  describeScheduler,
  schedulerLaws,
  type SchedulerSubject,
} from "./scheduler-laws.js";
export { describeScorer, scorerLaws, type ScorerSubject } from "./scorer-laws.js";
export { describeSignal, signalLaws, type SignalSubject } from "./signal-laws.js";
export { setUpPart, type Bench, type BenchOptions } from "./set-up-part.js";
export { describeSizer, sizerLaws, type SizerSubject } from "./sizer-laws.js";
export { toyDataset, type ToyDatasetOptions } from "./toy-dataset.js";
export { toyLearner, type ToyLearner, type ToyLearnerOptions } from "./toy-learner.js";
export type { ToyReplicaHooks } from "./toy-replica.js";
export { toyPool, toyProgress, type ToyPoolOptions } from "./toy-pool.js";
export { describeWeighting, weightingLaws, type WeightingSubject } from "./weighting-laws.js";
