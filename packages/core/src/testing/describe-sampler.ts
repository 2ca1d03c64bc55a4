import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { describeLaws } from "./describe-laws.js";
import { samplerLaws } from "./sampler-laws.js";

/**
 * Holds a sampler to its contract, a test for each law: `describeSampler(proportional())`.
 * @param registry knows the parts that the sampler's options name
 */
export function describeSampler(
  part: Part<"sampler">,
  { registry = new Registry([]) }: { readonly registry?: Registry } = {},
): void {
  describeLaws(`sampler "${part.name}"`, samplerLaws, { part, registry });
}
