/** One whole copy of the parameters in shared memory, and who reads it. */
export interface ParameterSlot {
  readonly readers: Int32Array;
  /** What it was published as, and the how-manieth publication it is. */
  readonly stamp: Float64Array;
  readonly values: Float32Array;
}

/** Bytes before the values: the count of readers, padded, and the stamp. */
const HEADER = 24;

/** Makes room for a copy of `length` numbers. */
export function createSlotMemory(length: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER + length * Float32Array.BYTES_PER_ELEMENT);
}

/** Looks at the memory of a slot. */
export function slotOf(memory: SharedArrayBuffer): ParameterSlot {
  return {
    readers: new Int32Array(memory, 0, 1),
    stamp: new Float64Array(memory, 8, 2),
    values: new Float32Array(memory, HEADER),
  };
}

/** Adds readers to a slot, which the writer then leaves alone. */
export function hold({ readers }: ParameterSlot, count: number): void {
  Atomics.add(readers, 0, count);
}

/** Takes readers from a slot. */
export function release({ readers }: ParameterSlot, count: number): void {
  Atomics.sub(readers, 0, count);
}
