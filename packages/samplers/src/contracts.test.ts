import { linear } from "@unequal/core";
import {
  describeEstimator,
  describeSampler,
  describeScorer,
  describeWeighting,
  toyLearner,
  type ToyLearner,
} from "@unequal/core/testing";
import {
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
  everyN,
  gradientNorm,
  grand,
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
} from "./index.js";

describeSampler(uniform());
describeSampler(proportional());
describeSampler(proportional({ draw: "multinomial" }));
describeSampler(proportional({ draw: "stratified" }));
describeSampler(proportional({ draw: "systematic-pps" }));
describeSampler(proportional({ draw: "poisson" }));
describeSampler(additive({ of: proportional(), constant: 0.3 }));
describeSampler(adaptive({ of: proportional({ draw: "multinomial" }) }));
describeSampler(power({ of: additive({ of: proportional(), constant: 0.1 }) }));
describeSampler(cached());
describeSampler(cached({ staleness: 1, uniform: 0.3, constant: 0 }));
describeSampler(everyN({ candidates: 8 }));
describeSampler(history());
describeSampler(history({ scorer: gradientNorm(), uniform: 0.1, recompute: "1ep" }));
describeSampler(laber());
describeSampler(laber({ of: onlineBatchSelection(), then: proportional({ draw: "multinomial" }) }));
describeSampler(lipschitz());
describeSampler(
  lipschitz({ importances: Array.from({ length: 16 }, (_, id) => (id + 1) ** 2), uniform: 0.2 }),
);
describeSampler(onlineBatchSelection({ sortEvery: 2 }));
describeSampler(onlineBatchSelection({ pressure: 5, recompute: "0.5ep", share: 0.5 }));
describeSampler(perClass());
describeSampler(staleNorms({ share: 0.2, constant: 0.1, staleness: 4 }));
describeSampler(staleNorms({ scorer: loss(), share: 0 }));

describeSampler(prioritized());
describeSampler(prioritized({ variant: "rank", sortEvery: 3 }));

describeSampler(topLoss());
describeSampler(topLoss({ keep: 0.4 }));
describeSampler(lowLoss());
describeSampler(randomSubset());
describeSampler(pByK());
describeSampler(pByK({ classes: 2 }));
describeSampler(randomSubset({ keep: 0.4 }));

describeSampler(allTriplets());
describeSampler(batchHard({ of: uniform() }));
describeSampler(hardTriplets());
describeSampler(hardPairs());
describeSampler(hardPairs({ positives: 1, negatives: 2 }));
describeSampler(semiHard());
describeSampler(semiHard({ negatives: "all", fallback: "none", of: pByK({ classes: 2 }) }));
describeSampler(selectiveBackprop());
describeSampler(selectiveBackprop({ beta: { linear: [3, 0.5], over: "40up" }, history: 7 }));
describeSampler(infoBatch());
describeSampler(infoBatch({ drop: "independent", scaling: "mean", until: "8up" }));
describeSampler(prune({ scorer: loss(), keep: 0.6, at: "2up" }));
describeSampler(prune({ signal: "loss", skip: 0.25, order: "lowest" }));

describeScorer(loss());
describeScorer(el2n(), {
  signals: (size) => ({
    probabilities: Float32Array.from(
      { length: 4 * size },
      (_, at) => [0.1, 0.2, 0.3, 0.4][at % 4] as number,
    ),
  }),
});
describeScorer(grand());
describeScorer(rhoLoss());
describeScorer(gradientNorm());
describeScorer(upperBound());

describeWeighting(unbiased());
describeWeighting(biased());
describeWeighting(biased({ k: -2 }));
describeWeighting(capped());
describeWeighting(capped({ cap: 1 }));
describeWeighting(none());
describeWeighting(annealed());
describeWeighting(annealed({ beta: 1 }));

/** A learner that does not let on that its outputs are linear in its parameters. */
function nonlinear(): ToyLearner {
  const learner = toyLearner({ l2: 0.05 });
  return { ...learner, facts: { ...learner.facts, linear: false } };
}

describeEstimator(plain());
describeEstimator(svrg());
describeEstimator(svrg({ every: 3 }));
describeEstimator(svrg({ every: 3, alpha: linear(0.75, 0) }));
describeEstimator(saga());
describeEstimator(saga({ initialise: "zeros" }));
describeEstimator(saga(), nonlinear);
describeEstimator(saga({ initialise: "zeros" }), nonlinear);
describeEstimator(scsg({ size: 5 }));
describeEstimator(scsg({ size: linear(2, 30) }));
describeEstimator(katyusha({ every: 3 }));
describeEstimator(katyusha({ strongConvexity: 0.05, every: 3 }));
describeEstimator(triplet());
describeEstimator(triplet({ margin: 1, normalise: false }));
describeEstimator(contrastive());
describeEstimator(contrastive({ margin: 2, normalise: false }));
