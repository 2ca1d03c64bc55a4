/** Multiplies weights of the same examples, [size]; absent ones are 1. */
export function weightProduct(
  size: number,
  factors: readonly (Float32Array | undefined)[],
): Float32Array {
  const out = new Float32Array(size).fill(1);
  for (const factor of factors)
    factor?.forEach((value, row) => (out[row] = (out[row] as number) * value));
  return out;
}
