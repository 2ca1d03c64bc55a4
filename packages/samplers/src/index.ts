export { adaptive } from "./samplers/adaptive.js";
export { additive } from "./samplers/additive.js";
export { cached } from "./samplers/cached.js";
export { contrastive } from "./estimators/contrastive.js";
export { katyusha } from "./estimators/katyusha.js";
export { plain } from "./estimators/plain.js";
export { saga } from "./estimators/saga.js";
export { scsg } from "./estimators/scsg.js";
export { svrg } from "./estimators/svrg.js";
export { triplet } from "./estimators/triplet.js";
export { history } from "./samplers/history.js";
export { infoBatch } from "./samplers/info-batch.js";
export { laber } from "./samplers/laber.js";
export { lipschitz } from "./samplers/lipschitz.js";
export { lowLoss } from "./samplers/low-loss.js";
export { allTriplets } from "./mining/all-triplets.js";
export { batchHard } from "./mining/batch-hard.js";
export { hardPairs } from "./mining/hard-pairs.js";
export { hardTriplets } from "./mining/hard-triplets.js";
export { pByK } from "./mining/p-by-k.js";
export { semiHard } from "./mining/semi-hard.js";
export { onlineBatchSelection } from "./samplers/online-batch-selection.js";
export { perClass } from "./samplers/per-class.js";
export { power } from "./samplers/power.js";
export {
  PrioritizedReplay,
  type PrioritizedReplayOptions,
  type ReplaySample,
  type ReplayState,
} from "./replay/prioritized-replay.js";
export { prioritized } from "./samplers/prioritized.js";
export { proportional } from "./samplers/proportional.js";
export { prune } from "./samplers/prune.js";
export { randomSubset } from "./samplers/random-subset.js";
export { samplersPlugin } from "./samplers-plugin.js";
export { el2n } from "./scorers/el2n.js";
export { gradientNorm } from "./scorers/gradient-norm.js";
export { loss } from "./scorers/loss.js";
export { rhoLoss } from "./scorers/rho-loss.js";
export { upperBound } from "./scorers/upper-bound.js";
export { selectiveBackprop } from "./samplers/selective-backprop.js";
export { staleNorms } from "./samplers/stale-norms.js";
export { topLoss } from "./samplers/top-loss.js";
export { uniform } from "./samplers/uniform.js";
export { annealed } from "./weightings/annealed.js";
export { biased } from "./weightings/biased-k.js";
export { capped } from "./weightings/capped.js";
export { none } from "./weightings/none.js";
export { unbiased } from "./weightings/unbiased.js";
