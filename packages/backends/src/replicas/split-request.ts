import type { ReplicaRequest } from "@unequal/core";

/** Contiguous rows of a request. */
export type RequestPart = Pick<ReplicaRequest, "ids" | "keys" | "weights">;

/** Splits a request into at most `count` contiguous parts of nearly equal length, copied; one part at least. */
export function splitRequest(
  { ids, keys, weights }: ReplicaRequest,
  count: number,
): readonly RequestPart[] {
  const parts = Math.max(1, Math.min(count, ids.length));
  return Array.from({ length: parts }, (_, part) => {
    const range = [part, part + 1].map((at) => Math.floor((at * ids.length) / parts));
    return {
      ids: ids.slice(...range),
      keys: keys.slice(...range),
      ...(weights && { weights: weights.slice(...range) }),
    };
  });
}
