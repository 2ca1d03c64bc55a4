export { describeLaws } from "./describe-laws.js";
export { describeSampler } from "./describe-sampler.js";
export { brokenLaws, type Law } from "./law.js";
export { samplerLaws } from "./sampler-laws.js";
export type { SamplerSubject } from "./sampler-run.js";
export { setUpPart, type Bench, type BenchOptions } from "./set-up-part.js";
export { toyDataset, type ToyDatasetOptions } from "./toy-dataset.js";
export { toyLearner, type ToyLearner, type ToyLearnerOptions } from "./toy-learner.js";
export { toyPool, toyProgress, type ToyPoolOptions } from "./toy-pool.js";
