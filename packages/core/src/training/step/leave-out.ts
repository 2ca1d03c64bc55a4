import type { DrawnBy, DrawnRows } from "../draws/draw-rows.js";
import { effectiveCoefficients, type DrawnBatch } from "../draws/draw-rows.js";
import { pickExamples } from "../pools/pick.js";
import type { LoadedBatch } from "./step-batch.js";

function sum(values: ArrayLike<number>, places?: Int32Array): number {
  const all = places === undefined ? Array.from(values) : Array.from(places, (at) => values[at]);
  return all.reduce<number>((total, value) => total + (value as number), 0);
}

function pickRows(rows: Int32Array, kept: Int32Array): Int32Array {
  return kept.map((place) => rows[place] as number);
}

function pickBy({ times, expected, scores }: DrawnBy, kept: Int32Array): DrawnBy {
  return {
    times: pickRows(times, kept),
    expected: Float64Array.from(kept, (place) => expected[place] as number),
    scores: Float32Array.from(kept, (place) => scores[place] as number),
  };
}

/** Keeps the groups all of whose members are kept. */
function keepGroups(
  { rows, coefficients, groups }: DrawnRows & { readonly groups: Int32Array },
  kept: Int32Array,
): DrawnRows {
  const arity = groups.length / coefficients.length;
  const placeOf = new Map(Array.from(kept, (place, at) => [place, at]));
  const whole = Int32Array.from(coefficients.keys()).filter((group) =>
    groups.subarray(group * arity, (group + 1) * arity).every((place) => placeOf.has(place)),
  );
  const factor = sum(coefficients) / sum(coefficients, whole);
  return {
    rows: whole.length === 0 ? new Int32Array() : pickRows(rows, kept),
    coefficients: Float32Array.from(whole, (group) => factor * (coefficients[group] as number)),
    groups: Int32Array.from(
      Array.from(whole).flatMap((group) =>
        Array.from(groups.subarray(group * arity, (group + 1) * arity), (place) =>
          placeOf.get(place),
        ),
      ) as number[],
    ),
  };
}

function keepDrawn({ drawn, weights }: DrawnBatch, kept: Int32Array): DrawnRows {
  const { rows, coefficients, groups, by } = drawn;
  if (groups !== undefined) return keepGroups({ ...drawn, groups }, kept);
  const whole = effectiveCoefficients({ drawn, ...(weights && { weights }) });
  const left = sum(whole, kept);
  // rows of weight 0 alone are as they were
  const factor = left > 0 ? sum(whole) / left : 1;
  return {
    rows: pickRows(rows, kept),
    coefficients: Float32Array.from(kept, (place) => factor * (coefficients[place] as number)),
    ...(by && { by: pickBy(by, kept) }),
  };
}

/**
 * Leaves rows out of a batch as if they had never been candidates: the others count for them, each by the factor
 * Σ c / Σ_kept c, c the coefficients with those of a first stage. So the sum of the coefficients stays; a uniform step of
 * b rows that loses k is one of b − k rows that count 1 / (b − k) each.
 *
 * @param kept places of the rows that stay
 */
export function leaveOut({ ready, loaded }: LoadedBatch, kept: Int32Array): LoadedBatch {
  const { batch } = ready;
  const drawn = keepDrawn(batch, kept);
  // with groups gone to the last, none of their rows is trained on
  const stay = drawn.rows.length === 0 ? new Int32Array() : kept;
  return {
    ready: {
      ...ready,
      batch: { ...batch, ...pickExamples(batch, stay), drawn },
      rows: pickRows(ready.rows, stay),
    },
    loaded: { ...loaded, rows: pickRows(loaded.rows, stay) },
  };
}
