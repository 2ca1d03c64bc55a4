import { UnequalError } from "@unequal/core";

/** What a ring continues from; the items are shared, not copied. */
export interface ItemRingState<T> {
  readonly items: readonly T[];
  readonly added: number;
}

/** The latest items, up to a capacity, each with a ticket: the number of items that were added before it. */
export interface ItemRing<T> {
  readonly size: () => number;
  /** Number of items added so far. */
  readonly added: () => number;
  /** Adds an item in place of the oldest, and returns its ticket. */
  readonly put: (item: T) => number;
  readonly at: (slot: number) => T;
  /** Returns the ticket of the item in a slot. */
  readonly ticketOf: (slot: number) => number;
  /** Returns the slot of a ticket; undefined if its item was overwritten. @throws REPLAY_UPDATE_INVALID */
  readonly slotOf: (ticket: number) => number | undefined;
  readonly state: () => ItemRingState<T>;
  readonly restore: (state: ItemRingState<T>) => void;
}

/** Creates an empty ring: slot = ticket mod capacity, so a ticket outlives its item and is never given out twice. */
export function createItemRing<T>(capacity: number): ItemRing<T> {
  let items: T[] = [];
  let added = 0;
  return {
    size: () => items.length,
    added: () => added,
    put: (item) => {
      items[added % capacity] = item;
      return added++;
    },
    at: (slot) => items[slot] as T,
    ticketOf: (slot) => added - 1 - ((added - 1 - slot) % capacity),
    slotOf: (ticket) => {
      if (!Number.isInteger(ticket) || ticket < 0 || ticket >= added) {
        throw new UnequalError(
          "REPLAY_UPDATE_INVALID",
          `A ticket must be one that this buffer gave out, 0 to ${added - 1} by now, but is ${ticket}. Pass on the tickets of sample() or add().`,
        );
      }
      return ticket < added - items.length ? undefined : ticket % capacity;
    },
    state: () => ({ items: [...items], added }),
    restore: (state) => {
      items = [...state.items];
      added = state.added;
    },
  };
}
