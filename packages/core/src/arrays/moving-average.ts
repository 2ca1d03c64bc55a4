/** Takes a number into an exponential moving average: smoothing · average + (1 − smoothing) · value. */
export function nextAverage(average: number, value: number, smoothing: number): number {
  return smoothing * average + (1 - smoothing) * value;
}
