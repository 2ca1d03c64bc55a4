import { columnsOf, type HostBatch } from "@unequal/core";

/**
 * Lists the buffers of rows that can be handed to another thread instead of being copied: those that hold nothing else,
 * each once.
 */
export function transferableBuffers(rows: HostBatch): ArrayBuffer[] {
  const { weights } = rows;
  const arrays = [...columnsOf(rows).map(({ data }) => data), ...(weights ? [weights] : [])];
  const whole = arrays.filter(({ buffer, byteLength }) => buffer.byteLength === byteLength);
  return [...new Set(whole.map(({ buffer }) => buffer))].filter(
    (buffer) => buffer instanceof ArrayBuffer,
  );
}
