import type { Pool } from "../../contracts/pool.js";
import type { Signals } from "../../contracts/signals.js";

/** Takes rows of every array of a pool: `rows` [n] → a pool of n candidates. */
export function slicePool(pool: Pool, rows: ArrayLike<number>): Pool {
  const size = pool.ids.length;
  const floats = (source: Float32Array): Float32Array => pickVectors(source, size, rows);
  const signals: Signals = Object.fromEntries(
    Object.entries(pool.signals).map(([name, values]) => [name, floats(values)]),
  );
  return {
    ...pickExamples(pool, rows),
    signals,
    ...(pool.scores && { scores: floats(pool.scores) }),
    scoredAt: pool.scoredAt,
  };
}

/** Takes rows of numbers, [size · width] → [rows · width]. */
export function pickVectors(
  values: Float32Array,
  size: number,
  rows: ArrayLike<number>,
): Float32Array {
  const width = values.length / size;
  const out = new Float32Array(rows.length * width);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    out.set(values.subarray(row * width, (row + 1) * width), at * width);
  }
  return out;
}

/** Examples: which they are, and what may be known of each. */
interface Examples {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
  readonly weights?: Float32Array;
  readonly labels?: Int32Array;
}

/** Takes some of a number of examples: `rows` [n] → n of them. */
export function pickExamples<E extends Examples>(
  examples: E,
  rows: ArrayLike<number>,
): Pick<E, keyof E & keyof Examples> {
  const { ids, keys, weights, labels }: Examples = examples;
  const picked: Examples = {
    ids: Uint32Array.from(rows, (row) => ids[row] as number),
    keys: Uint32Array.from(rows, (row) => keys[row] as number),
    ...(weights && { weights: Float32Array.from(rows, (row) => weights[row] as number) }),
    ...(labels && { labels: Int32Array.from(rows, (row) => labels[row] as number) }),
  };
  return picked as E;
}
