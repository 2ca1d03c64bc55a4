import { createSlotMemory, holdNewest, slotOf, type ParameterSlot } from "./parameter-slot.js";

/** Publishes parameters to other threads, whole or not at all. */
export interface ParameterPublisher {
  /** Where readers find the index of the slot published last, or -1. */
  readonly newest: SharedArrayBuffer;
  /** Lets `write` fill a copy, and makes it the newest. */
  readonly publish: (update: number, write: (values: Float32Array) => void) => void;
  /** Holds the newest for `count` readers, each of which lets it go once, and returns its index; -1 before there is one. */
  readonly hold: (count: number) => number;
  /** Counts the copies that there is room for. */
  readonly slots: () => number;
}

/**
 * Creates a publisher of `length` numbers. A copy goes to a slot that nobody reads and that is not the newest; where there
 * is none, one is added, and `announce` tells the readers of its memory before it is made the newest.
 */
export function createPublisher(
  length: number,
  announce: (memory: SharedArrayBuffer) => void,
): ParameterPublisher {
  const memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const newest = new Int32Array(memory).fill(-1);
  const slots: ParameterSlot[] = [];
  let publications = 0;
  const add = (): number => {
    const room = createSlotMemory(length);
    announce(room);
    return slots.push(slotOf(room)) - 1;
  };
  const free = (): number =>
    slots.findIndex(({ readers }, at) => at !== newest[0] && Atomics.load(readers, 0) === 0);
  const slotAt = (index: number): ParameterSlot => slots[index] as ParameterSlot;
  return {
    newest: memory,
    publish: (update, write) => {
      const found = free();
      const index = found < 0 ? add() : found;
      const { values, stamp } = slotAt(index);
      write(values);
      publications += 1;
      stamp.set([update, publications]);
      Atomics.store(newest, 0, index);
    },
    hold: (count) => holdNewest(newest, slotAt, count),
    slots: () => slots.length,
  };
}
