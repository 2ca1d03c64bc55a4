import { definePlugin } from "@unequal/core";
import { adaptive } from "./adaptive.js";
import { additive } from "./additive.js";
import { plain } from "./estimators/plain.js";
import { svrg } from "./estimators/svrg.js";
import { lowLoss } from "./low-loss.js";
import { pByK } from "./mining/p-by-k.js";
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
    lowLoss,
    onlineBatchSelection,
    pByK,
    power,
    prioritized,
    proportional,
    randomSubset,
    topLoss,
    uniform,
    gradientNorm,
    loss,
    upperBound,
    annealed,
    biased,
    none,
    unbiased,
    plain,
    svrg,
  ],
});
