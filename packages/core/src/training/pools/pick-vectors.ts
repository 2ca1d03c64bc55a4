/** Takes rows of numbers, [size · width] → [rows · width]. */
export function pickVectors(
  values: Float32Array,
  size: number,
  rows: ArrayLike<number>,
): Float32Array {
  const width = values.length / size;
  const out = new Float32Array(rows.length * width);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    out.set(values.subarray(row * width, (row + 1) * width), at * width);
  }
  return out;
}
