import {
  scheduled,
  stateless,
  UnequalError,
  type NumberAt,
  type Pool,
  type Behaviour,
} from "@unequal/core";
import { z } from "zod";

/** The option of samplers that train on a share of the pool. */
export const keepOptions = z.strictObject({
  keep: scheduled(z.number().gt(0).max(1))
    .optional()
    .describe("share of the candidates to train on; absent: the batch size"),
});

/** Returns the rows of a pool from the largest score down; equal scores by id. O(B log B). */
export function rowsByScore({ ids, scores }: Pool): Int32Array {
  if (scores === undefined) {
    throw new UnequalError(
      "SCORER_MISSING",
      "The sampler ranks candidates by score, but the pool has no scores. Give the trainer a scorer.",
    );
  }
  const score = (row: number): number => scores[row] as number;
  const id = (row: number): number => ids[row] as number;
  return Int32Array.from(ids.keys()).sort((a, b) => score(b) - score(a) || id(a) - id(b));
}

/** Trains on k = keep · B candidates (b where `keep` is absent, at least 1) of an order: its first, without weights known. */
export function keepRows(
  name: string,
  {
    keep,
    order,
    even,
  }: {
    readonly keep: NumberAt | undefined;
    /** Puts all rows of the pool in order, [B]. */
    readonly order: (pool: Pool) => Int32Array;
    /** True if all rows are equally likely to come first: each is then expected k/B times. */
    readonly even: boolean;
  },
): Behaviour<"sampler"> {
  return {
    ...stateless(name),
    select: (pool, count, progress) => {
      const population = pool.ids.length;
      const wanted = keep === undefined ? count : Math.round(keep(progress) * population);
      const planned = Math.min(population, Math.max(1, wanted));
      const rows = order(pool).slice(0, planned);
      const expected = new Float64Array(planned).fill(planned / population);
      return { rows, planned, population, ...(even && { expected }) };
    },
  };
}
