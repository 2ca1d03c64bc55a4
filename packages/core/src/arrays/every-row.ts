/** Lists the rows 0 … `size` − 1. */
export function everyRow(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, row) => row);
}

/** Lists the ids 0 … `size` − 1. */
export function everyId(size: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, id) => id);
}
