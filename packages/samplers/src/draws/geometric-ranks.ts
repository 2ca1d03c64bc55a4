import type { Distribution } from "./distribution.js";

/**
 * Creates the law of ranks 0 … N − 1 with p_r ∝ qʳ, q = s^(−1/N), for a selection pressure s ≥ 1: rank 0 is s^((N−1)/N)
 * times as likely as the last; s = 1 is uniform. A rank is drawn by inversion, in O(1).
 *
 * p_r = qʳ (1 − q) / (1 − q^N), where q^N = 1/s.
 *
 * @see Loshchilov & Hutter 2015, the selection probabilities
 */
export function geometricRanks(size: number, pressure: number): Distribution {
  const rate = Math.log(pressure) / size;
  if (rate === 0) {
    return { size, probability: () => 1 / size, draw: (random) => random.integer(size) };
  }
  const scale = -Math.expm1(-rate) / -Math.expm1(-rate * size);
  return {
    size,
    probability: (rank) => Math.exp(-rate * rank) * scale,
    draw: (random) => {
      const rank = Math.floor(-Math.log1p(random.uniform() * Math.expm1(-rate * size)) / rate);
      return Math.min(rank, size - 1);
    },
  };
}
