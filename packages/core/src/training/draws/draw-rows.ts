import type { ReportedGain } from "../../contracts/events.js";
import type { Pool } from "../../contracts/pool.js";
import type { Progress } from "../../contracts/progress.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { DrawLaw, Selection } from "../../contracts/selection.js";
import type { Weighting } from "../../contracts/weighting.js";
import { UnequalError, isUnequalError, reasonOf } from "../../errors.js";

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
      throw invalid(given[1], `threw: ${reasonOf(error)}`, error);
    }
  };
  return (pool: Pool, count, progress) => {
    const law = ask(pool, count, progress);
    const wrong = fault(law, pool.ids.length, count);
    if (law === undefined || wrong !== undefined) throw invalid(count, wrong ?? "is missing");
    return law;
  };
}

/** The examples that a step trains on, and how they came to be drawn. */
export interface DrawnBatch {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
  /** Where a first stage proposed them, its weight of each, [rows]. */
  readonly weights?: Float32Array;
  readonly labels?: Int32Array;
  readonly drawn: DrawnRows;
  /** Updates that the parameters had seen when they scored; absent where no score mattered. */
  readonly scoredAt?: number;
  /** What the pool's scores said of the gain. */
  readonly estimate?: ReportedGain;
}

/**
 * Computes what the pass multiplies each row's loss with, beyond the example's own sample and class weight, [rows]: its
 * coefficient times the first stage's weight. Under an unbiased weighting E[Σ of an example's] = 1/N. Groups, whose loss no
 * weight of their members enters, have their coefficients, [G].
 */
export function effectiveCoefficients({
  drawn,
  weights,
}: Pick<DrawnBatch, "drawn" | "weights">): Float32Array {
  const { coefficients, groups } = drawn;
  if (weights === undefined || groups !== undefined) return coefficients;
  return coefficients.map((coefficient, row) => coefficient * (weights[row] as number));
}

/** How distinct rows came to be drawn. */
export interface DrawnBy {
  /** Times that each row was drawn. */
  readonly times: Int32Array;
  /** E[times drawn] of each. */
  readonly expected: Float64Array;
  /** Score of each. */
  readonly scores: Float32Array;
}

/** Distinct rows to train on, with the summed coefficient of each; or with their groups, and the coefficient of each of those. */
export interface DrawnRows {
  readonly rows: Int32Array;
  readonly coefficients: Float32Array;
  /** Places in `rows` of the members of each group, [G · arity]. */
  readonly groups?: Int32Array;
  /** Present where single rows were drawn by score. */
  readonly by?: DrawnBy;
}

/**
 * Checks what a sampler returned for `size` rows to choose from.
 * @throws SELECTION_INVALID if a row is none of them, a group is not whole, or a divisor of the weights is not positive
 */
export function checkSelection(selection: Selection, size: number): void {
  const { rows, expected, planned, population, arity = 1 } = selection;
  const bad = rows.findIndex((row) => row < 0 || row >= size);
  if (bad >= 0) {
    throw new UnequalError(
      "SELECTION_INVALID",
      `The sampler drew row ${rows[bad]} of ${size}. Rows run from 0 to ${size - 1}.`,
    );
  }
  if (rows.length % arity !== 0 || !(planned > 0) || !(population > 0)) {
    throw new UnequalError(
      "SELECTION_INVALID",
      `The sampler drew ${rows.length} rows in groups of ${arity}, ${planned} planned, from a population of ${population}. Groups must be whole, and both numbers, which weights are made of, must be positive.`,
    );
  }
  if (expected === undefined) return;
  const wrong = expected.findIndex((e) => !(e > 0 && Number.isFinite(e)));
  const draws = rows.length / arity;
  if (expected.length !== draws || wrong >= 0) {
    throw new UnequalError(
      "SELECTION_INVALID",
      `Each of the ${draws} draws needs a positive expectation, but there are ${expected.length}, with ${expected[wrong]} at ${wrong}.`,
    );
  }
}

function pick(values: Float32Array, rows: Int32Array): Float32Array {
  return Float32Array.from(rows, (row) => values[row] as number);
}

/** Lists distinct rows in the order in which they first come, and the place of each entry among them. */
function merge(rows: Int32Array): { readonly distinct: Int32Array; readonly places: Int32Array } {
  const placeOf = new Map<number, number>();
  const places = rows.map((row) => {
    const place = placeOf.get(row) ?? placeOf.size;
    placeOf.set(row, place);
    return place;
  });
  return { distinct: Int32Array.from(placeOf.keys()), places };
}

/** Takes the first member of each group: what stands for the group where it is weighed. */
function firsts(rows: Int32Array, arity: number): Int32Array {
  return rows.filter((_, at) => at % arity === 0);
}

/** Says how each distinct row was drawn, if by score and by a known law. */
function drawnBy(
  { expected }: Selection,
  { scores }: Pool,
  { distinct, places }: ReturnType<typeof merge>,
): DrawnBy | undefined {
  if (expected === undefined || scores === undefined) return undefined;
  const times = new Int32Array(distinct.length);
  const each = new Float64Array(distinct.length);
  places.forEach((place, at) => {
    times[place] = (times[place] as number) + 1;
    each[place] = expected[at] as number;
  });
  return { times, expected: each, scores: pick(scores, distinct) };
}

/**
 * Weighs a selection and merges rows drawn several times: trained once, with the sum of their coefficients. Groups
 * keep a coefficient each; it is their rows that are merged.
 */
export function drawRows(
  selection: Selection,
  pool: Pool,
  { weighting, progress }: { readonly weighting: Weighting; readonly progress: Progress },
): DrawnRows {
  const { arity = 1 } = selection;
  const drawn = { ...selection, rows: firsts(selection.rows, arity) };
  const scores = pool.scores && pick(pool.scores, drawn.rows);
  const coefficients = weighting.coefficients(drawn, scores, progress);
  const merged = merge(selection.rows);
  const { distinct, places } = merged;
  if (arity > 1)
    return { rows: distinct, coefficients: new Float32Array(coefficients), groups: places };
  const sums = new Float64Array(distinct.length);
  places.forEach((place, at) => {
    sums[place] = (sums[place] as number) + (coefficients[at] as number);
  });
  const by = drawnBy(selection, pool, merged);
  return { rows: distinct, coefficients: new Float32Array(sums), ...(by && { by }) };
}
