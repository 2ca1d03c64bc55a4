import type { Random } from "@unequal/core";

/** Draws ranks 0 … N − 1 with p_r ∝ qʳ, q = s^(−1/N): rank 0 is s^((N−1)/N) times as likely as the last. */
export interface GeometricRanks {
  /** p of a rank. */
  readonly probability: (rank: number) => number;
  /** Draws a rank by inversion, in O(1). */
  readonly draw: (random: Random) => number;
}

/**
 * Creates the law for N ranks and a selection pressure s ≥ 1; s = 1 is uniform.
 *
 * p_r = qʳ (1 − q) / (1 − q^N), where q^N = 1/s.
 *
 * @see Loshchilov & Hutter 2015, the selection probabilities
 */
export function geometricRanks(size: number, pressure: number): GeometricRanks {
  const rate = Math.log(pressure) / size;
  if (rate === 0) {
    return { probability: () => 1 / size, draw: (random) => random.integer(size) };
  }
  const scale = -Math.expm1(-rate) / -Math.expm1(-rate * size);
  return {
    probability: (rank) => Math.exp(-rate * rank) * scale,
    draw: (random) => {
      const rank = Math.floor(-Math.log1p(random.uniform() * Math.expm1(-rate * size)) / rate);
      return Math.min(rank, size - 1);
    },
  };
}
