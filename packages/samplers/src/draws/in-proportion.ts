/** Shares `count` out in proportion, e_i = count · p_i / Σp, [B]. */
export function inProportion(shares: Float64Array, count: number): Float64Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => (count * share) / total);
}
