import { definePlugin } from "@unequal/core";
import { adaptive } from "./samplers/adaptive.js";
import { additive } from "./samplers/additive.js";
import { cached } from "./samplers/cached.js";
import { contrastive } from "./estimators/contrastive.js";
import { katyusha } from "./estimators/katyusha.js";
import { plain } from "./estimators/plain.js";
import { saga } from "./estimators/saga.js";
import { scsg } from "./estimators/scsg.js";
import { svrg } from "./estimators/svrg.js";
import { triplet } from "./estimators/triplet.js";
import { history } from "./samplers/history.js";
import { infoBatch } from "./samplers/info-batch.js";
import { laber } from "./samplers/laber.js";
import { lipschitz } from "./samplers/lipschitz.js";
import { lowLoss } from "./samplers/low-loss.js";
import { allTriplets } from "./mining/all-triplets.js";
import { batchHard } from "./mining/batch-hard.js";
import { hardPairs } from "./mining/hard-pairs.js";
import { hardTriplets } from "./mining/hard-triplets.js";
import { pByK } from "./mining/p-by-k.js";
import { semiHard } from "./mining/semi-hard.js";
import { onlineBatchSelection } from "./samplers/online-batch-selection.js";
import { perClass } from "./samplers/per-class.js";
import { power } from "./samplers/power.js";
import { prioritized } from "./samplers/prioritized.js";
import { proportional } from "./samplers/proportional.js";
import { prune } from "./samplers/prune.js";
import { randomSubset } from "./samplers/random-subset.js";
import { el2n } from "./scorers/el2n.js";
import { gradientNorm } from "./scorers/gradient-norm.js";
import { loss } from "./scorers/loss.js";
import { rhoLoss } from "./scorers/rho-loss.js";
import { upperBound } from "./scorers/upper-bound.js";
import { selectiveBackprop } from "./samplers/selective-backprop.js";
import { staleNorms } from "./samplers/stale-norms.js";
import { topLoss } from "./samplers/top-loss.js";
import { uniform } from "./samplers/uniform.js";
import { annealed } from "./weightings/annealed.js";
import { biased } from "./weightings/biased-k.js";
import { capped } from "./weightings/capped.js";
import { none } from "./weightings/none.js";
import { unbiased } from "./weightings/unbiased.js";

/** Publishes the samplers, scorers, weightings and estimators of this package. */
export const samplersPlugin = definePlugin({
  name: "@unequal/samplers",
  apiVersion: 1,
  parts: [
    adaptive,
    additive,
    allTriplets,
    annealed,
    batchHard,
    biased,
    cached,
    capped,
    contrastive,
    el2n,
    gradientNorm,
    hardPairs,
    hardTriplets,
    history,
    infoBatch,
    katyusha,
    laber,
    lipschitz,
    loss,
    lowLoss,
    none,
    onlineBatchSelection,
    pByK,
    perClass,
    plain,
    power,
    prioritized,
    proportional,
    prune,
    randomSubset,
    rhoLoss,
    saga,
    scsg,
    selectiveBackprop,
    semiHard,
    staleNorms,
    svrg,
    topLoss,
    triplet,
    unbiased,
    uniform,
    upperBound,
  ],
});
