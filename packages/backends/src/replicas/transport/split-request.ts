import type { ReplicaRequest } from "@unequal/core";
import type { Chunk } from "./transport.js";

/** Splits a request into at most `count` contiguous chunks of nearly equal length, copied; one chunk at least. */
export function splitRequest(
  { ids, keys, weights, signals }: ReplicaRequest,
  count: number,
): readonly Chunk[] {
  const chunks = Math.max(1, Math.min(count, ids.length));
  return Array.from({ length: chunks }, (_, chunk) => {
    const range = [chunk, chunk + 1].map((at) => Math.floor((at * ids.length) / chunks));
    return {
      signals,
      ids: ids.slice(...range),
      keys: keys.slice(...range),
      ...(weights && { weights: weights.slice(...range) }),
    };
  });
}
