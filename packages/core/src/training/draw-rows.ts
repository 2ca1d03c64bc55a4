import type { Pool } from "../contracts/pool.js";
import type { Progress } from "../contracts/progress.js";
import type { Selection } from "../contracts/selection.js";
import type { Weighting } from "../contracts/weighting.js";
import { UnequalError } from "../errors.js";

/** Distinct rows to train on, with the summed coefficient of each. */
export interface DrawnRows {
  readonly rows: Int32Array;
  readonly coefficients: Float32Array;
}

/**
 * Checks what a sampler returned.
 * @throws SELECTION_INVALID if a row is outside of the population, or an expectation is not positive
 */
export function checkSelection(selection: Selection, population: number): void {
  const { rows, expected, planned } = selection;
  const bad = rows.findIndex((row) => row < 0 || row >= population);
  if (bad >= 0) {
    throw new UnequalError(
      "SELECTION_INVALID",
      `The sampler drew row ${rows[bad]} of ${population}. Rows run from 0 to ${population - 1}.`,
    );
  }
  if (rows.length === 0 || !(planned > 0)) {
    throw new UnequalError(
      "SELECTION_INVALID",
      `The sampler drew ${rows.length} rows of ${planned} planned. It must draw at least one.`,
    );
  }
  if (expected === undefined) return;
  const wrong = expected.findIndex((e) => !(e > 0 && Number.isFinite(e)));
  if (expected.length !== rows.length || wrong >= 0) {
    throw new UnequalError(
      "SELECTION_INVALID",
      `Each of the ${rows.length} drawn rows needs a positive expectation, but there are ${expected.length}, with ${expected[wrong]} at ${wrong}.`,
    );
  }
}

/** Weighs a selection and merges rows drawn several times: trained once, with the sum of their coefficients. */
export function drawRows(
  selection: Selection,
  pool: Pool,
  { weighting, progress }: { readonly weighting: Weighting; readonly progress: Progress },
): DrawnRows {
  const { rows } = selection;
  const scores = pool.scores && Float32Array.from(rows, (row) => pool.scores?.[row] as number);
  const coefficients = weighting.coefficients(selection, scores, progress);
  const sums = new Map<number, number>();
  rows.forEach((row, at) => sums.set(row, (sums.get(row) ?? 0) + (coefficients[at] as number)));
  return { rows: Int32Array.from(sums.keys()), coefficients: Float32Array.from(sums.values()) };
}
