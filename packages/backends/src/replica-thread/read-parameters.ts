import type { MessagePort } from "node:worker_threads";
import { builtIn } from "../replicas/copies/built-in.js";
import { release, slotOf, type ParameterSlot } from "../replicas/threads/parameter-slot.js";

/** Reads what is published, on another thread. */
export interface ParameterReader {
  /**
   * Brings the parameters of a slot that is held for a task, and lets it go: calls `write` with them, lent until it returns,
   * if they are others than at the last call; returns what they were published as.
   */
  readonly bring: (slot: number, write: (values: Float32Array) => void) => number;
}

function memories(slots: MessagePort): (index: number) => ParameterSlot {
  const { receiveMessageOnPort } = builtIn("node:worker_threads");
  const known: ParameterSlot[] = [];
  return (index) => {
    // the memory was sent before the task that names its index, so that it has arrived
    while (known.length <= index) {
      const { message } = receiveMessageOnPort(slots) as { message: SharedArrayBuffer };
      known.push(slotOf(message));
    }
    return known[index] as ParameterSlot;
  };
}

/** Creates a reader of the slots whose memory comes by a port. */
export function createReader(slots: MessagePort): ParameterReader {
  const slotAt = memories(slots);
  let last = 0;
  return {
    bring: (index, write) => {
      const slot = slotAt(index);
      try {
        const [scoredAt = 0, publication = 0] = slot.stamp;
        if (publication !== last) write(slot.values);
        last = publication;
        return scoredAt;
      } finally {
        release(slot, 1);
      }
    },
  };
}
