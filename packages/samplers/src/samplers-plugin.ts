import { definePlugin } from "@unequal/core";
import { adaptive } from "./adaptive.js";
import { additive } from "./additive.js";
import { katyusha } from "./estimators/katyusha.js";
import { contrastive } from "./estimators/contrastive.js";
import { plain } from "./estimators/plain.js";
import { saga } from "./estimators/saga.js";
import { scsg } from "./estimators/scsg.js";
import { svrg } from "./estimators/svrg.js";
import { triplet } from "./estimators/triplet.js";
import { lowLoss } from "./low-loss.js";
import { allTriplets } from "./mining/all-triplets.js";
import { batchHard } from "./mining/batch-hard.js";
import { hardPairs } from "./mining/hard-pairs.js";
import { hardTriplets } from "./mining/hard-triplets.js";
import { pByK } from "./mining/p-by-k.js";
import { semiHard } from "./mining/semi-hard.js";
import { onlineBatchSelection } from "./online-batch-selection.js";
import { power } from "./power.js";
import { prioritized } from "./prioritized.js";
import { proportional } from "./proportional.js";
import { randomSubset } from "./random-subset.js";
import { gradientNorm } from "./scorers/gradient-norm.js";
import { loss } from "./scorers/loss.js";
import { upperBound } from "./scorers/upper-bound.js";
import { topLoss } from "./top-loss.js";
import { uniform } from "./uniform.js";
import { annealed } from "./weightings/annealed.js";
import { biased } from "./weightings/biased-k.js";
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
    batchHard,
    hardPairs,
    hardTriplets,
    lowLoss,
    onlineBatchSelection,
    pByK,
    power,
    prioritized,
    proportional,
    randomSubset,
    semiHard,
    topLoss,
    uniform,
    gradientNorm,
    loss,
    upperBound,
    annealed,
    biased,
    none,
    unbiased,
    katyusha,
    contrastive,
    plain,
    saga,
    scsg,
    svrg,
    triplet,
  ],
});
