/** Divides every row of `values`, [B · D], by its length, in float64; a row of zeros stays. O(B D). */
export function normalised(values: ArrayLike<number>, size: number): Float64Array {
  const unit = Float64Array.from(values);
  const width = unit.length / size;
  for (let row = 0; row < size; row++) {
    const vector = unit.subarray(row * width, (row + 1) * width);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let at = 0; at < width; at++) vector[at] = (vector[at] as number) / length;
  }
  return unit;
}

/**
 * Computes d_ij = ‖u_i − u_j‖², [B · B] row-major, of the embeddings u = z / ‖z‖ given as z, [B · D]: from 0 (the same
 * direction) to 4 (the opposite one), exactly symmetric. O(B² D).
 */
export function squaredDistances(embeddings: ArrayLike<number>, size: number): Float64Array {
  const unit = normalised(embeddings, size);
  const width = unit.length / size;
  const distances = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let at = 0; at < width; at++) {
        const gap = (unit[i * width + at] as number) - (unit[j * width + at] as number);
        sum += gap * gap;
      }
      distances[i * size + j] = sum;
      distances[j * size + i] = sum;
    }
  }
  return distances;
}
