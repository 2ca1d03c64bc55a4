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
  capped,
  gradientNorm,
  laber,
  lipschitz,
  loss,
  none,
  onlineBatchSelection,
  perClass,
  plain,
  power,
  proportional,
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
describeSampler(laber());
describeSampler(laber({ of: onlineBatchSelection(), then: proportional({ draw: "multinomial" }) }));
describeSampler(lipschitz());
describeSampler(
  lipschitz({ importances: Array.from({ length: 16 }, (_, id) => (id + 1) ** 2), uniform: 0.2 }),
);
describeSampler(onlineBatchSelection({ sortEvery: 2 }));
describeSampler(onlineBatchSelection({ pressure: 5, recompute: "0.5ep", share: 0.5 }));
describeSampler(perClass());

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
