import type { Pool } from "../../contracts/pool.js";
import { joinFloats } from "./join-floats.js";

/** Lays pools with the same signals, and without scores, end to end. At least one must be given. */
export function joinPools(pools: readonly Pool[]): Pool {
  const [first, ...others] = pools as readonly [Pool, ...Pool[]];
  if (others.length === 0) return first;
  const all = <T>(read: (pool: Pool) => Iterable<T>): T[] =>
    pools.flatMap((pool) => [...read(pool)]);
  const names = Object.keys(first.signals);
  return {
    ids: Uint32Array.from(all(({ ids }) => ids)),
    keys: Uint32Array.from(all(({ keys }) => keys)),
    weights: joinFloats(pools.map(({ weights }) => weights)),
    ...(first.labels && { labels: Int32Array.from(all(({ labels = [] }) => labels)) }),
    signals: Object.fromEntries(
      names.map((name) => [
        name,
        joinFloats(pools.map(({ signals }) => signals[name] ?? new Float32Array())),
      ]),
    ),
    scoredAt: first.scoredAt,
  };
}
