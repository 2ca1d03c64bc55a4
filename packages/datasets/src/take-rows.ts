import type { HostArray } from "@unequal/core";

/** Copies rows of a column: ids [B] → [B, …]. O(B · row), at once where ids follow each other. */
export function takeRows(column: HostArray, ids: Uint32Array): HostArray {
  const { data, shape, dtype } = column;
  const width = shape.slice(1).reduce((product, length) => product * length, 1);
  const out = emptyLike(data, ids.length * width);
  for (let row = 0; row < ids.length;) {
    const first = ids[row] as number;
    let end = row + 1;
    while (end < ids.length && ids[end] === first + end - row) end++;
    out.set(data.subarray(first * width, (first + end - row) * width), row * width);
    row = end;
  }
  return { data: out, shape: [ids.length, ...shape.slice(1)], dtype };
}

function emptyLike(data: HostArray["data"], length: number): HostArray["data"] {
  if (data instanceof Float32Array) return new Float32Array(length);
  return data instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length);
}
