import { defineSampler, everyRow, stateless, type Pool } from "@unequal/core";

/**
 * Draws all candidates alike, without replacement: the whole pool where it is exactly one batch, else a
 * random subset, E[times drawn] = b/B. O(B).
 */
export const uniform = defineSampler({
  name: "uniform",
  summary: "Every candidate alike, without replacement.",
  unbiased: true,
  setup: (_, { random }) => {
    const share = (pool: Pool, count: number): number => Math.min(1, count / pool.ids.length);
    return {
      ...stateless("uniform"),
      law: (pool, count) => ({
        expected: new Float64Array(pool.ids.length).fill(share(pool, count)),
        variance: (expected) => expected * (1 - expected),
      }),
      select: (pool, count) => {
        const population = pool.ids.length;
        const all = everyRow(population);
        const rows = count >= population ? all : random.shuffle(all).slice(0, count);
        const expected = new Float64Array(rows.length).fill(share(pool, count));
        return { rows, expected, planned: count, population };
      },
    };
  },
});
