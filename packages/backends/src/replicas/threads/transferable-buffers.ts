import type { Columns, HostArray, HostBatch } from "@unequal/core";

/**
 * Lists the buffers of rows that can be handed to another thread instead of being copied: those that hold nothing else,
 * each once.
 */
export function transferableBuffers({ inputs, targets, weights }: HostBatch): ArrayBuffer[] {
  const columns = [inputs, targets].flatMap((each: Columns) => Object.values<HostArray>(each));
  const arrays = [...columns.map(({ data }) => data), ...(weights ? [weights] : [])];
  const whole = arrays.filter(({ buffer, byteLength }) => buffer.byteLength === byteLength);
  return [...new Set(whole.map(({ buffer }) => buffer))].filter(
    (buffer) => buffer instanceof ArrayBuffer,
  );
}
