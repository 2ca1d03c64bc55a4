import type { Pool } from "../../contracts/pool.js";
import type { Progress } from "../../contracts/progress.js";
import type { Sampler } from "../../contracts/sampler.js";

/** How old scores are mixed with their mean. */
interface Mixing {
  /** u. */
  readonly share: number;
  /** Whether fresh scores are too: several batches of a pool are drawn by them, and the last when they are old. */
  readonly always: boolean;
}

function mixed(pool: Pool, share: number): Pool {
  const { scores } = pool;
  if (scores === undefined) return pool;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return { ...pool, scores: scores.map((score) => (1 - share) * score + share * mean) };
}

/**
 * Has a sampler draw by (1 − u) s + u · mean s where scores are old: so a share u of draws in proportion to them is
 * uniform, no weight exceeds 1/u, and an example whose score was 0 can be drawn when it has a gradient again: without that
 * the draw would be biased. The pool itself keeps its scores, so that τ(p; s) is judged by them.
 */
export function mixOldScores(sampler: Sampler, { share, always }: Mixing): Sampler {
  const { law } = sampler;
  const seen = (pool: Pool, progress: Progress): Pool =>
    always || pool.scoredAt < progress.update ? mixed(pool, share) : pool;
  return {
    ...sampler,
    ...(law && { law: (pool, count, progress) => law(seen(pool, progress), count, progress) }),
    select: (pool, count, progress) => sampler.select(seen(pool, progress), count, progress),
  };
}
