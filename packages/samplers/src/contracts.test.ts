import {
  describeEstimator,
  describeSampler,
  describeScorer,
  describeWeighting,
} from "@unequal/core/testing";
import {
  adaptive,
  additive,
  biased,
  cached,
  capped,
  everyN,
  gradientNorm,
  history,
  laber,
  lipschitz,
  loss,
  none,
  onlineBatchSelection,
  perClass,
  plain,
  power,
  proportional,
  staleNorms,
  svrg,
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

describeScorer(loss());
describeScorer(gradientNorm());
describeScorer(upperBound());

describeWeighting(unbiased());
describeWeighting(biased());
describeWeighting(biased({ k: -2 }));
describeWeighting(capped());
describeWeighting(capped({ cap: 1 }));
describeWeighting(none());

describeEstimator(plain());
describeEstimator(svrg());
describeEstimator(svrg({ every: 3 }));
