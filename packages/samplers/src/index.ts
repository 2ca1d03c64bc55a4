export { adaptive } from "./adaptive.js";
export { additive } from "./additive.js";
export { cached } from "./cached.js";
export { plain } from "./estimators/plain.js";
export { svrg } from "./estimators/svrg.js";
export { everyN } from "./every-n.js";
export { history } from "./history.js";
export { laber } from "./laber.js";
export { lipschitz } from "./lipschitz.js";
export { onlineBatchSelection } from "./online-batch-selection.js";
export { perClass } from "./per-class.js";
export { power } from "./power.js";
export {
  createPrioritizedReplay,
  type PrioritizedReplay,
  type PrioritizedReplayOptions,
  type ReplaySample,
  type ReplayState,
} from "./prioritized-replay.js";
export { proportional } from "./proportional.js";
export type { ReplayMoment } from "./replay/beta-at.js";
export { samplersPlugin } from "./samplers-plugin.js";
export { gradientNorm } from "./scorers/gradient-norm.js";
export { loss } from "./scorers/loss.js";
export { upperBound } from "./scorers/upper-bound.js";
export { staleNorms } from "./stale-norms.js";
export { uniform } from "./uniform.js";
export { biased } from "./weightings/biased-k.js";
export { capped } from "./weightings/capped.js";
export { none } from "./weightings/none.js";
export { unbiased } from "./weightings/unbiased.js";
