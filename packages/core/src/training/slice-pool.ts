import type { Pool } from "../contracts/pool.js";
import type { Signals } from "../contracts/signals.js";

/** Takes rows of every array of a pool: `rows` [n] → a pool of n candidates. */
export function slicePool(pool: Pool, rows: ArrayLike<number>): Pool {
  const size = pool.ids.length;
  const picked = Array.from(rows);
  const floats = (source: Float32Array): Float32Array => {
    const width = source.length / size;
    const out = new Float32Array(picked.length * width);
    picked.forEach((row, at) =>
      out.set(source.subarray(row * width, (row + 1) * width), at * width),
    );
    return out;
  };
  const signals: Signals = Object.fromEntries(
    Object.entries(pool.signals).map(([name, values]) => [name, floats(values)]),
  );
  return {
    ids: Uint32Array.from(picked, (row) => pool.ids[row] as number),
    keys: Uint32Array.from(picked, (row) => pool.keys[row] as number),
    weights: floats(pool.weights),
    ...(pool.labels && { labels: Int32Array.from(picked, (row) => pool.labels?.[row] as number) }),
    signals,
    ...(pool.scores && { scores: floats(pool.scores) }),
    version: pool.version,
  };
}
