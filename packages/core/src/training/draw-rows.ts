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
 * Checks what a sampler returned for `size` rows to choose from.
 * @throws SELECTION_INVALID if a row is none of them, or a divisor of the weights is not positive
 */
export function checkSelection(selection: Selection, size: number): void {
  const { rows, expected, planned, population } = selection;
  const bad = rows.findIndex((row) => row < 0 || row >= size);
  if (bad >= 0) {
    throw new UnequalError(
      "SELECTION_INVALID",
      `The sampler drew row ${rows[bad]} of ${size}. Rows run from 0 to ${size - 1}.`,
    );
  }
  if (rows.length === 0 || !(planned > 0) || !(population > 0)) {
    throw new UnequalError(
      "SELECTION_INVALID",
      `The sampler drew ${rows.length} rows, ${planned} planned, from a population of ${population}. It must draw at least one, and both numbers, which weights are made of, must be positive.`,
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

function pick(values: Float32Array, rows: Int32Array): Float32Array {
  const picked = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at++) picked[at] = values[rows[at] as number] as number;
  return picked;
}

/** Weighs a selection and merges rows drawn several times: trained once, with the sum of their coefficients. */
export function drawRows(
  selection: Selection,
  pool: Pool,
  { weighting, progress }: { readonly weighting: Weighting; readonly progress: Progress },
): DrawnRows {
  const { rows } = selection;
  const scores = pool.scores && pick(pool.scores, rows);
  const coefficients = weighting.coefficients(selection, scores, progress);
  const places = new Map<number, number>();
  const sums = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    const place = places.get(row) ?? places.size;
    places.set(row, place);
    sums[place] = (sums[place] as number) + (coefficients[at] as number);
  }
  const distinct = places.size;
  return {
    rows: Int32Array.from(places.keys()),
    coefficients: new Float32Array(sums.subarray(0, distinct)),
  };
}
