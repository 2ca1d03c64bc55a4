import type { MessagePort } from "node:worker_threads";
import { builtIn } from "../replicas/copies/built-in.js";
import {
  holdNewest,
  release,
  slotOf,
  type ParameterSlot,
} from "../replicas/threads/parameter-slot.js";
import type { Task } from "../replicas/threads/messages.js";

/** Reads what is published, on another thread. */
export interface ParameterReader {
  /**
   * Brings the parameters that a task computes at: calls `write` with them, lent until it returns, if they are others than
   * at the last call; returns what they were published as.
   */
  readonly bring: (
    task: Pick<Task, "chosen" | "chunks">,
    write: (values: Float32Array) => void,
  ) => number;
}

function memories(slots: MessagePort): (index: number) => ParameterSlot {
  const { receiveMessageOnPort } = builtIn("node:worker_threads");
  const known: ParameterSlot[] = [];
  return (index) => {
    // the memory was sent before its index was stored, so that it has arrived
    while (known.length <= index) {
      const { message } = receiveMessageOnPort(slots) as { message: SharedArrayBuffer };
      known.push(slotOf(message));
    }
    return known[index] as ParameterSlot;
  };
}

/**
 * Creates a reader. All chunks of a request are computed at the same parameters: the first to be begun holds the newest for them all,
 * and leaves its index in the task.
 */
export function createReader(newest: SharedArrayBuffer, slots: MessagePort): ParameterReader {
  const slotAt = memories(slots);
  const latest = new Int32Array(newest);
  let last = 0;
  const choose = (task: Pick<Task, "chosen" | "chunks">): ParameterSlot => {
    const chosen = new Int32Array(task.chosen);
    const asked = Atomics.load(chosen, 0);
    if (asked >= 0) return slotAt(asked);
    const mine = holdNewest(latest, slotAt, task.chunks);
    const other = Atomics.compareExchange(chosen, 0, -1, mine);
    if (other < 0) return slotAt(mine);
    release(slotAt(mine), task.chunks);
    return slotAt(other);
  };
  return {
    bring: (task, write) => {
      const slot = choose(task);
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
