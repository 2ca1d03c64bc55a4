export { adaptive } from "./adaptive.js";
export { additive } from "./additive.js";
export { katyusha } from "./estimators/katyusha.js";
export { contrastive } from "./estimators/contrastive.js";
export { plain } from "./estimators/plain.js";
export { saga } from "./estimators/saga.js";
export { scsg } from "./estimators/scsg.js";
export { svrg } from "./estimators/svrg.js";
export { triplet } from "./estimators/triplet.js";
export { lowLoss } from "./low-loss.js";
export { allTriplets } from "./mining/all-triplets.js";
export { batchHard } from "./mining/batch-hard.js";
export { hardPairs } from "./mining/hard-pairs.js";
export { hardTriplets } from "./mining/hard-triplets.js";
export { pByK } from "./mining/p-by-k.js";
export { semiHard } from "./mining/semi-hard.js";
export { onlineBatchSelection } from "./online-batch-selection.js";
export { power } from "./power.js";
export { prioritized } from "./prioritized.js";
export {
  PrioritizedReplay,
  type PrioritizedReplayOptions,
  type ReplaySample,
  type ReplayState,
} from "./prioritized-replay.js";
export { proportional } from "./proportional.js";
export { randomSubset } from "./random-subset.js";
export { samplersPlugin } from "./samplers-plugin.js";
export { gradientNorm } from "./scorers/gradient-norm.js";
export { loss } from "./scorers/loss.js";
export { upperBound } from "./scorers/upper-bound.js";
export { topLoss } from "./top-loss.js";
export { uniform } from "./uniform.js";
export { annealed } from "./weightings/annealed.js";
export { biased } from "./weightings/biased-k.js";
export { none } from "./weightings/none.js";
export { unbiased } from "./weightings/unbiased.js";
