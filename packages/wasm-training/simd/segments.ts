/** Sums of rows by segment, as the gradient of a gather needs them. */
import { addTo } from "./vector";

/** target[s] = Σ of the rows [rows, width] with ids[row] = s; rows of other segments are left out. */
export function segmentSum(
  source: usize,
  ids: usize,
  rows: i32,
  width: i32,
  segments: i32,
  target: usize,
): void {
  const bytes = (<usize>width) << 2;
  memory.fill(target, 0, <usize>segments * bytes);
  for (let row = 0; row < rows; row++) {
    const id = load<i32>(ids + ((<usize>row) << 2));
    if (id < 0 || id >= segments) continue;
    addTo(target + <usize>id * bytes, source + <usize>row * bytes, width);
  }
}
