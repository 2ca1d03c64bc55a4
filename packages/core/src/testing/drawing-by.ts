import { expect } from "vitest";
import type { Pool } from "../contracts/pool.js";
import type { Behaviour } from "../plugin/facts.js";
import type { PartContext } from "../plugin/part.js";
import { honest, scoresOf } from "./honest-sampler.js";

/** A sampler that draws by other scores than its pool's: `of` may remember what it has seen. */
export function drawingBy(
  of: (pool: Pool, calls: number) => ArrayLike<number>,
  change: Partial<Behaviour<"sampler">> = {},
): (context: PartContext) => Behaviour<"sampler"> {
  return (context) => {
    const inner = honest(context);
    let calls = 0;
    const seen = (pool: Pool): Pool => ({ ...pool, scores: Float32Array.from(of(pool, calls)) });
    return {
      ...inner,
      law: (pool, count, progress) =>
        inner.law?.(seen(pool), count, progress) ?? expect.fail("no law"),
      select: (pool, count, progress) => {
        calls += 1;
        return inner.select(seen(pool), count, progress);
      },
      ...change,
    };
  };
}

/** Keeps the scores of the first pool of each size. */
export function keeper(): {
  readonly first: (pool: Pool) => Float32Array;
  kept: Record<number, Float32Array>;
} {
  const memory = {
    kept: {} as Record<number, Float32Array>,
    first: (pool: Pool) => (memory.kept[pool.ids.length] ??= scoresOf(pool).slice()),
  };
  return memory;
}
