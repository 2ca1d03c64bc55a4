import type { Pool } from "../contracts/pool.js";
import { signalsOf, type SamplerSubject } from "./sampler-run.js";
import { toyPool } from "./toy-pool.js";

/** Names pools at the edge of what may come, with the count to draw. */
export function edgePools(
  subject: SamplerSubject,
): readonly (readonly [name: string, pool: Pool, count: number])[] {
  const signals = signalsOf(subject);
  const of = (scores: readonly number[]): Pool => toyPool({ size: scores.length, scores, signals });
  const constant = (score: number, size = 8): number[] => Array<number>(size).fill(score);
  return [
    ["all scores 0", of(constant(0)), 3],
    ["equal scores", of(constant(2)), 3],
    ["equal scores, b = B", of(constant(2)), 8],
    ["uneven scores, b = B", of([1, 2, 3, 4, 5, 6, 7, 800]), 8],
    ["one score above 0", of([0, 0, 0, 5, 0, 0, 0, 0]), 3],
    ["one candidate", of([3]), 1],
    ["one candidate that scores 0", of([0]), 1],
    ["the largest floats", of(constant(3e38)), 3],
    ["the smallest floats", of(constant(1e-45)), 3],
    ["floats of every size", of([1e-45, 1e-30, 1e-10, 1, 1e10, 1e20, 1e30, 3e38]), 3],
  ];
}
