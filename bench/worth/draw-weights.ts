import type { Pool, Progress, Sampler, Weighting } from "@unequal/core";

const START: Progress = {
  update: 0,
  seen: 0,
  trained: 0,
  epoch: 0,
  updatesPerEpoch: 1,
  pass: 0,
  seconds: 0,
};

/** What draws and weighs. */
export interface DrawingParts {
  readonly sampler: Sampler;
  readonly weighting: Weighting;
}

/** Draws rows of a pool as the first step of a run would, and sums the coefficients of each. */
export function drawWeights(
  { sampler, weighting }: DrawingParts,
  pool: Pool,
  count: number,
): Map<number, number> {
  const selection = sampler.select(pool, count, START);
  const weights = new Map<number, number>();
  weighting.coefficients(selection, undefined, START).forEach((coefficient, at) => {
    const row = selection.rows[at] as number;
    weights.set(row, (weights.get(row) ?? 0) + coefficient);
  });
  return weights;
}
