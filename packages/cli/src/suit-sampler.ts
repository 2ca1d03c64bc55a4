import { setUpPart, type Part, type Registry, type Spec } from "@unequal/core";

/** What a user chose; the rest follows from the sampler. */
export interface ChosenParts {
  readonly sampler?: Spec<"sampler"> | undefined;
  readonly scorer?: Spec<"scorer"> | undefined;
  readonly weighting?: Spec<"weighting"> | undefined;
  readonly scheduler?: Spec<"gate"> | undefined;
}

/** A sampler with everything that goes with it. */
export interface SuitedParts {
  readonly sampler: Part<"sampler">;
  readonly scorer: Part<"scorer"> | undefined;
  readonly weighting: Part<"weighting">;
  readonly gate: Part<"gate">;
}

/**
 * Chooses what goes with the sampler: by what it does, and by what its definition asks for. One that draws
 * by score gets the upper bound and the tau gate, one that names ids of the dataset is always on.
 *
 * @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID
 */
export function suitSampler(chosen: ChosenParts, registry: Registry): SuitedParts {
  const sampler = registry.part("sampler", chosen.sampler ?? "proportional");
  const { scored, propose } = setUpPart("sampler", sampler, { registry });
  const { defaults = {} } = sampler.definition;
  const scorer = chosen.scorer ?? (scored ? (defaults.scorer ?? "upper-bound") : undefined);
  const gate = defaults.gate ?? (scored ? "tau" : propose === undefined ? "never" : "always");
  return {
    sampler,
    scorer: scorer === undefined ? undefined : registry.part("scorer", scorer),
    weighting: registry.part("weighting", chosen.weighting ?? defaults.weighting ?? "unbiased"),
    gate: registry.part("gate", chosen.scheduler ?? gate),
  };
}
