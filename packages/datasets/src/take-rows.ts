import type { HostArray } from "@unequal/core";

/** Copies rows of a column: ids [B] → [B, …]. O(B · row). */
export function takeRows(column: HostArray, ids: Uint32Array): HostArray {
  const { data, shape, dtype } = column;
  const width = shape.slice(1).reduce((product, length) => product * length, 1);
  const out = emptyLike(data, ids.length * width);
  ids.forEach((id, row) => out.set(data.subarray(id * width, (id + 1) * width), row * width));
  return { data: out, shape: [ids.length, ...shape.slice(1)], dtype };
}

function emptyLike(data: HostArray["data"], length: number): HostArray["data"] {
  if (data instanceof Float32Array) return new Float32Array(length);
  return data instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length);
}
