import type { Pool } from "../../contracts/pool.js";
import type { Signals } from "../../contracts/signals.js";
import { pickExamples } from "./pick-examples.js";
import { pickVectors } from "./pick-vectors.js";

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
