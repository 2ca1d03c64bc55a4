import type { Pool } from "../../contracts/pool.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { DrawLaw } from "../../contracts/selection.js";
import { isUnequalError, UnequalError } from "../../errors.js";

/** By what share of b the expectations of a law may miss it: what sums of 32-bit floats lose, and no more. */
const TOLERANCE = 1e-4;

/** Says what is wrong with a law of `size` rows that sums to `count`; undefined if nothing is. */
function fault(law: DrawLaw | undefined, size: number, count: number): string | undefined {
  const { expected, variance } = law ?? {};
  if (expected?.length !== size || typeof variance !== "function")
    return `must return { expected, variance } with an expectation of each of ${size} candidates, but returned ${expected?.length ?? "none"}`;
  let sum = 0;
  let full = true;
  for (let row = 0; row < size; row++) {
    const e = expected[row] as number;
    if (!(e >= 0 && e < Infinity))
      return `must state finite expectations ≥ 0, but states ${e} of row ${row}`;
    sum += e;
    full &&= e === 0 || e >= 1 - TOLERANCE;
  }
  // where every row that can be drawn is drawn for certain, there may be fewer of them than b
  if (Math.abs(sum - count) <= TOLERANCE * count || (full && sum < count)) return undefined;
  return `must state expectations that sum to count, but they sum to ${sum}`;
}

/**
 * Wraps a sampler's law so that what is wrong with it is found where it is asked for, and not as a figure that is none.
 *
 * Estimates of the gain ask it for fractions of rows: B candidates are seen as groups of b, as uniform batches are,
 * and of each group b/B of the draw falls to it, b²/B rows.
 * @throws LAW_INVALID, when called, naming the sampler and the count
 */
export function checkedLaw(sampler: Sampler, name: string): Sampler["law"] {
  if (sampler.law === undefined) return undefined;
  const invalid = (count: number, what: string, cause?: unknown): UnequalError =>
    new UnequalError(
      "LAW_INVALID",
      `The law of the sampler "${name}", asked for count = ${count}, ${what}. count may be a fraction: the share of a group of candidates in the batch. Hold the sampler to describeSampler() of @unequal/core/testing.`,
      { cause },
    );
  const ask = (...given: Parameters<NonNullable<Sampler["law"]>>): DrawLaw | undefined => {
    try {
      return sampler.law?.(...given);
    } catch (error) {
      if (isUnequalError(error)) throw error;
      throw invalid(
        given[1],
        `threw: ${error instanceof Error ? error.message : String(error)}`,
        error,
      );
    }
  };
  return (pool: Pool, count, progress) => {
    const law = ask(pool, count, progress);
    const wrong = fault(law, pool.ids.length, count);
    if (law === undefined || wrong !== undefined) throw invalid(count, wrong ?? "is missing");
    return law;
  };
}
