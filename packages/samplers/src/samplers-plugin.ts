import { definePlugin } from "@unequal/core";
import { adaptive } from "./adaptive.js";
import { additive } from "./additive.js";
import { cached } from "./cached.js";
import { plain } from "./estimators/plain.js";
import { svrg } from "./estimators/svrg.js";
import { everyN } from "./every-n.js";
import { history } from "./history.js";
import { laber } from "./laber.js";
import { lipschitz } from "./lipschitz.js";
import { onlineBatchSelection } from "./online-batch-selection.js";
import { perClass } from "./per-class.js";
import { power } from "./power.js";
import { proportional } from "./proportional.js";
import { gradientNorm } from "./scorers/gradient-norm.js";
import { loss } from "./scorers/loss.js";
import { upperBound } from "./scorers/upper-bound.js";
import { staleNorms } from "./stale-norms.js";
import { uniform } from "./uniform.js";
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
    cached,
    everyN,
    history,
    laber,
    lipschitz,
    onlineBatchSelection,
    perClass,
    power,
    proportional,
    staleNorms,
    uniform,
    gradientNorm,
    loss,
    upperBound,
    biased,
    capped,
    none,
    unbiased,
    plain,
    svrg,
  ],
});
