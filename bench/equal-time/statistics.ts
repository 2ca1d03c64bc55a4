/** A mean with its 95 % t-interval. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Student's t for 95 %, by degrees of freedom from 1 on; beyond, the normal's. */
const T = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093,
];

/** Averages values; not a number if there are none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Averages logarithms. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(mean(values.map(Math.log)));
}

/** Estimates a mean of values, two at least. */
export function estimate(values: readonly number[]): Estimate {
  const centre = mean(values);
  const variance =
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  const half = (T[values.length - 2] ?? 1.96) * Math.sqrt(variance / values.length);
  return { mean: centre, low: centre - half, high: centre + half };
}

/** Estimates a geometric mean of ratios, two at least. */
export function estimateRatio(ratios: readonly number[]): Estimate {
  const { mean: centre, low, high } = estimate(ratios.map(Math.log));
  return { mean: Math.exp(centre), low: Math.exp(low), high: Math.exp(high) };
}
