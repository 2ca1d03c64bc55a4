import { createSlotMemory, hold, release, slotOf, type ParameterSlot } from "./parameter-slot.js";

/** Publishes parameters to other threads, whole or not at all. */
export interface ParameterPublisher {
  /** Lets `write` fill a copy, and makes it the newest. */
  readonly publish: (update: number, write: (values: Float32Array) => void) => void;
  /** Holds the newest for `count` readers, each of which lets it go once, and returns its index. */
  readonly hold: (count: number) => number;
  /** Lets a copy go for `count` readers that will not read it. */
  readonly release: (index: number, count: number) => void;
  /** Counts the copies that there is room for. */
  readonly slots: () => number;
}

/**
 * Creates a publisher of `length` numbers. A copy goes to a slot that nobody reads and that is not the newest; where there
 * is none, one is added, and `announce` tells the readers of its memory before they are told to read it.
 */
export function createPublisher(
  length: number,
  announce: (memory: SharedArrayBuffer) => void,
): ParameterPublisher {
  const slots: ParameterSlot[] = [];
  let newest = -1;
  let publications = 0;
  const add = (): number => {
    const room = createSlotMemory(length);
    announce(room);
    return slots.push(slotOf(room)) - 1;
  };
  const free = (): number =>
    slots.findIndex(({ readers }, at) => at !== newest && Atomics.load(readers, 0) === 0);
  const slotAt = (index: number): ParameterSlot => slots[index] as ParameterSlot;
  return {
    publish: (update, write) => {
      const found = free();
      const index = found < 0 ? add() : found;
      const { values, stamp } = slotAt(index);
      write(values);
      publications += 1;
      stamp.set([update, publications]);
      newest = index;
    },
    hold: (count) => {
      hold(slotAt(newest), count);
      return newest;
    },
    release: (index, count) => release(slotAt(index), count),
    slots: () => slots.length,
  };
}
