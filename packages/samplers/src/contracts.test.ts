import { linear, type Part, type PartFactory } from "@unequal/core";
import {
  describeEstimator,
  describeSampler,
  describeScorer,
  describeWeighting,
  toyLearner,
  type ToyLearner,
} from "@unequal/core/testing";
import { expect, test } from "vitest";
import {
  adaptive,
  additive,
  annealed,
  batchHard,
  biased,
  cached,
  capped,
  contrastive,
  el2n,
  gradientNorm,
  hardPairs,
  history,
  infoBatch,
  katyusha,
  laber,
  lipschitz,
  loss,
  onlineBatchSelection,
  pByK,
  power,
  prioritized,
  proportional,
  prune,
  randomSubset,
  saga,
  scsg,
  selectiveBackprop,
  semiHard,
  staleNorms,
  svrg,
  topLoss,
  triplet,
  uniform,
  samplersPlugin,
} from "./index.js";

const held = new Set<string>();

/** Describes a part, and remembers that it did. */
function holding<P extends Part, R extends unknown[]>(
  describePart: (part: P, ...rest: R) => void,
): (part: P, ...rest: R) => void {
  return (part, ...rest) => {
    held.add(`${part.kind} ${part.name}`);
    describePart(part, ...rest);
  };
}

const holdSampler = holding(describeSampler);
const holdScorer = holding(describeScorer);
const holdWeighting = holding(describeWeighting);
const holdEstimator = holding(describeEstimator);

holdSampler(proportional());
holdSampler(proportional({ draw: "multinomial" }));
holdSampler(proportional({ draw: "stratified" }));
holdSampler(proportional({ draw: "systematic-pps" }));
holdSampler(proportional({ draw: "poisson" }));
holdSampler(additive({ of: proportional(), constant: 0.3 }));
holdSampler(adaptive({ of: proportional({ draw: "multinomial" }) }));
holdSampler(power({ of: additive({ of: proportional(), constant: 0.1 }) }));
holdSampler(cached());
holdSampler(cached({ staleness: 1, uniform: 0.3, constant: 0 }));
holdSampler(history());
holdSampler(history({ scorer: gradientNorm(), uniform: 0.1, recompute: "1ep" }));
holdSampler(laber());
holdSampler(laber({ of: onlineBatchSelection(), then: proportional({ draw: "multinomial" }) }));
holdSampler(lipschitz());
holdSampler(
  lipschitz({ importances: Array.from({ length: 16 }, (_, id) => (id + 1) ** 2), uniform: 0.2 }),
);
holdSampler(onlineBatchSelection({ sortEvery: 2 }));
holdSampler(onlineBatchSelection({ pressure: 5, recompute: "0.5ep", share: 0.5 }));
holdSampler(staleNorms({ share: 0.2, constant: 0.1, staleness: 4 }));
holdSampler(staleNorms({ scorer: loss(), share: 0 }));

holdSampler(prioritized());
holdSampler(prioritized({ variant: "rank", sortEvery: 3 }));

holdSampler(topLoss());
holdSampler(topLoss({ keep: 0.4 }));
holdSampler(randomSubset());
holdSampler(pByK());
holdSampler(pByK({ classes: 2 }));
holdSampler(randomSubset({ keep: 0.4 }));

holdSampler(batchHard({ of: uniform() }));
holdSampler(hardPairs());
holdSampler(hardPairs({ positives: 1, negatives: 2 }));
holdSampler(semiHard());
holdSampler(semiHard({ negatives: "all", fallback: "none", of: pByK({ classes: 2 }) }));
holdSampler(selectiveBackprop());
holdSampler(selectiveBackprop({ beta: { linear: [3, 0.5], over: "40up" }, history: 7 }));
holdSampler(infoBatch());
holdSampler(infoBatch({ drop: "independent", scaling: "mean", until: "8up" }));
holdSampler(prune({ scorer: loss(), keep: 0.6, at: "2up" }));
holdSampler(prune({ signal: "loss", skip: 0.25, order: "lowest" }));

holdScorer(el2n(), {
  signals: (size) => ({
    probabilities: Float32Array.from(
      { length: 4 * size },
      (_, at) => [0.1, 0.2, 0.3, 0.4][at % 4] as number,
    ),
  }),
});

holdWeighting(biased());
holdWeighting(biased({ k: -2 }));
holdWeighting(capped());
holdWeighting(capped({ cap: 1 }));
holdWeighting(annealed());
holdWeighting(annealed({ beta: 1 }));

/** A learner that does not let on that its outputs are linear in its parameters. */
function nonlinear(): ToyLearner {
  const learner = toyLearner({ l2: 0.05 });
  return { ...learner, facts: { ...learner.facts, linear: false } };
}

holdEstimator(svrg());
holdEstimator(svrg({ every: 3 }));
holdEstimator(svrg({ every: 3, alpha: linear(0.75, 0) }));
holdEstimator(saga());
holdEstimator(saga({ initialise: "zeros" }));
holdEstimator(saga(), nonlinear);
holdEstimator(saga({ initialise: "zeros" }), nonlinear);
holdEstimator(scsg({ size: 5 }));
holdEstimator(scsg({ size: linear(2, 30) }));
holdEstimator(katyusha({ every: 3 }));
holdEstimator(katyusha({ strongConvexity: 0.05, every: 3 }));
holdEstimator(triplet());
holdEstimator(triplet({ margin: 1, normalise: false }));
holdEstimator(contrastive());
holdEstimator(contrastive({ margin: 2, normalise: false }));

/** A part of which nothing is said above, with its default options. */
function holdUsual(factory: PartFactory): void {
  const { kind, definition } = factory;
  if (held.has(`${kind} ${definition.name}`)) return;
  const part = (factory as unknown as () => Part)();
  if (part.kind === "sampler") holdSampler(part as Part<"sampler">);
  if (part.kind === "scorer") holdScorer(part as Part<"scorer">);
  if (part.kind === "weighting") holdWeighting(part as Part<"weighting">);
  if (part.kind === "estimator") holdEstimator(part as Part<"estimator">);
}

samplersPlugin.parts.forEach(holdUsual);

test("every part of the package is held to its contract", () => {
  const all = samplersPlugin.parts.map(({ kind, definition }) => `${kind} ${definition.name}`);
  expect([...held].sort()).toEqual(all.sort());
});
