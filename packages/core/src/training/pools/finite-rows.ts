import type { Signals } from "../../contracts/signals.js";

/** Lists the rows of 0 … `size` − 1 whose numbers in `values`, [size · width], are all finite. */
export function finiteRows(values: Float32Array, size: number): Int32Array {
  const width = values.length / size;
  const rows = new Int32Array(size);
  let count = 0;
  for (let row = 0; row < size; row++) {
    let at = row * width;
    while (at < (row + 1) * width && Number.isFinite(values[at])) at++;
    if (at === (row + 1) * width) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** Lists the rows whose signals are all finite. */
export function rowsOfFiniteSignals(signals: Signals, size: number): Int32Array {
  const counts = new Int32Array(size);
  const columns = Object.values(signals);
  for (const values of columns)
    for (const row of finiteRows(values, size)) counts[row] = (counts[row] as number) + 1;
  return Int32Array.from(counts.keys()).filter((row) => counts[row] === columns.length);
}
