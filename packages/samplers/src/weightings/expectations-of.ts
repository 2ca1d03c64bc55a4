import { UnequalError, type Selection } from "@unequal/core";

/** Returns E[times drawn] of each drawn row, [rows]. @throws WEIGHTING_NEEDS_EXPECTATION */
export function expectationsOf(selection: Selection, weighting: string): Float64Array {
  if (selection.expected !== undefined) return selection.expected;
  throw new UnequalError(
    "WEIGHTING_NEEDS_EXPECTATION",
    `The weighting "${weighting}" divides by how often each row was expected to be drawn, but the sampler does not say. Use the weighting "none" with it, or a sampler that states expectations.`,
  );
}
