import type { Part, Registry, Spec } from "@unequal/core";

/** What a user chose; the rest follows from the sampler. */
export interface ChosenParts {
  readonly sampler?: Spec<"sampler"> | undefined;
  readonly scorer?: Spec<"scorer"> | undefined;
  readonly weighting?: Spec<"weighting"> | undefined;
  readonly gate?: Spec<"gate"> | undefined;
  /** A whole scheduler instead of a gate and a sizer. */
  readonly scheduler?: Spec<"scheduler"> | undefined;
  readonly estimator?: Spec<"estimator"> | undefined;
}

/** A sampler with everything that goes with it. */
export interface SuitedParts {
  readonly sampler: Part<"sampler">;
  readonly scorer: Part<"scorer"> | undefined;
  readonly weighting: Part<"weighting">;
  readonly gate: Part<"gate">;
  readonly estimator: Part<"estimator">;
}

/**
 * Chooses what goes with the sampler: by what it does, and by what its definition asks for. One that draws
 * by score gets the upper bound and the tau gate, one that names ids of the dataset is always on, and one that
 * mines pairs or triplets has an estimator for them.
 *
 * @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID
 */
export function suitSampler(chosen: ChosenParts, registry: Registry): SuitedParts {
  const sampler = registry.part("sampler", chosen.sampler ?? "proportional");
  const { scored, proposes } = registry.factsOf("sampler", sampler);
  const { defaults = {} } = sampler.definition;
  const scorer = chosen.scorer ?? (scored ? (defaults.scorer ?? "upper-bound") : undefined);
  const gate = defaults.gate ?? (scored ? "tau" : proposes ? "always" : "never");
  return {
    sampler,
    scorer: scorer === undefined ? undefined : registry.part("scorer", scorer),
    weighting: registry.part("weighting", chosen.weighting ?? defaults.weighting ?? "unbiased"),
    gate: registry.part("gate", chosen.gate ?? gate),
    estimator: registry.part("estimator", chosen.estimator ?? defaults.estimator ?? "plain"),
  };
}

/** Chooses what a model is trained on: no loss of its own where the estimator has one, of pairs or triplets. */
export function suitLoss(estimator: Spec<"estimator">, registry: Registry): "logits" | "none" {
  return registry.factsOf("estimator", estimator).arity === 1 ? "logits" : "none";
}
