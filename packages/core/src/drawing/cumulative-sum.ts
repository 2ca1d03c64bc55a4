/** Lays shares end to end on a line. */
export interface CumulativeSum {
  readonly total: number;
  /** Finds the index whose share covers a point of [0, total): never one with a share of 0. O(log n). */
  readonly find: (point: number) => number;
}

/** Sums shares up, ≥ 0 and not all 0. O(n). */
export function cumulativeSum(shares: Float64Array): CumulativeSum {
  const ends = new Float64Array(shares.length);
  let total = 0;
  let last = 0;
  shares.forEach((share, index) => {
    total += share;
    ends[index] = total;
    if (share > 0) last = index;
  });
  return {
    total,
    find: (point) => {
      let low = 0;
      // Rounding may put a point at the total itself: it belongs to the last share.
      let high = last;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((ends[middle] as number) > point) high = middle;
        else low = middle + 1;
      }
      return low;
    },
  };
}
