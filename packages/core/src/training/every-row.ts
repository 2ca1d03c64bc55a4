/** Lists the rows 0 … `size` − 1. */
export function everyRow(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, row) => row);
}
