/**
 * Computes the chance of each row to be among `count` that are drawn without replacement: π_i = min(1, c · p_i), with
 * c such that Σπ = count. Rows that would come up more than once are taken for certain, and the rest is shared out
 * anew, until none is left over. All rows with a share are certain where there are no more than `count`. O(B) a round.
 *
 * @param shares p, [B], ≥ 0
 * @see Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992), §3.6
 */
export function inclusionProbabilities(shares: Float64Array, count: number): Float64Array {
  const chances = new Float64Array(shares.length);
  let open = Array.from(shares.keys()).filter((row) => (shares[row] as number) > 0);
  let left = count;
  while (open.length > left) {
    const total = open.reduce((sum, row) => sum + (shares[row] as number), 0);
    for (const row of open) chances[row] = (left * (shares[row] as number)) / total;
    const within = open.filter((row) => (chances[row] as number) < 1);
    if (within.length === open.length) return chances;
    for (const row of open) chances[row] = Math.min(1, chances[row] as number);
    left -= open.length - within.length;
    open = within;
  }
  for (const row of open) chances[row] = 1;
  return chances;
}
