import type { Registry } from "../plugin/registry.js";
import type { TrainerOptions } from "./trainer-options.js";

/** Says so where unequal draws that could be weighed without bias are not; silent where the sampler asks for that weighting. */
export function biasNotes(
  { sampler, weighting }: Pick<TrainerOptions, "sampler" | "weighting">,
  registry: Registry,
): readonly string[] {
  const drawn = registry.part("sampler", sampler);
  const weighed = registry.part("weighting", weighting);
  const { unbiased = false, defaults } = drawn.definition;
  const meant = defaults?.weighting === weighed.name || drawn.name === "uniform";
  if (!unbiased || weighed.definition.unbiased === true || meant) return [];
  return [
    `The sampler "${drawn.name}" draws some rows more often than others, and the weighting "${weighed.name}" does not correct for that in full: importance steps follow what is drawn often, a bias. If that is not meant, use the weighting "unbiased".`,
  ];
}
