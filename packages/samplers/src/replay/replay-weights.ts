/** Says how to weigh what was drawn. */
export interface ReplayWeighting {
  readonly beta: number;
  /** N, the number of items held. */
  readonly size: number;
  /** The smallest P of any item held. */
  readonly least: number;
  readonly normalise: "buffer" | "batch" | "none";
}

/**
 * Computes w_i = (N P(i))^−β over the largest weight of the buffer, (N min P)^−β, or over that of the batch; [b] → [b].
 *
 * @see Schaul et al. 2015, Prioritized experience replay, §3.4
 */
export function replayWeights(
  probabilities: Float64Array,
  { beta, size, least, normalise }: ReplayWeighting,
): Float32Array {
  // The largest weight is that of the smallest P; dividing first keeps both powers near 1.
  const smallest = { buffer: least, batch: Math.min(...probabilities), none: 1 / size }[normalise];
  return Float32Array.from(probabilities, (p) => (smallest / p) ** beta);
}
