import type { Random } from "../contracts/random.js";
import type { Stateful } from "../contracts/state.js";
import { restored } from "./restored.js";

/** Ids, and the pass of each, [count]. */
interface Dealt {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
}

interface Saved {
  readonly order: Uint32Array;
  readonly position: number;
  readonly dealt: number;
}

/** Deals the ids of a dataset without replacement, shuffled anew for every pass. */
export interface CandidateOrder extends Stateful {
  /** Deals the next `count` ids, going on into the next pass where one ends; keys are the pass of each. */
  readonly next: (count: number) => Dealt;
  /** Returns what `next` would deal, without dealing it; undefined where that goes on into the next pass. */
  readonly peek: (count: number) => Dealt | undefined;
  /** Complete passes dealt. */
  readonly passes: () => number;
}

/** Creates the order over `size` examples; `shuffle: false` keeps the dataset's own. O(N) at each pass. */
export function createCandidateOrder(
  size: number,
  random: Random,
  shuffle: boolean,
): CandidateOrder {
  const order = Uint32Array.from({ length: size }, (_, id) => id);
  let position = size;
  let dealt = 0;
  const begin = (): void => {
    if (shuffle) random.shuffle(order);
    position = 0;
  };
  return {
    next: (count) => {
      const ids = new Uint32Array(count);
      const keys = new Uint32Array(count);
      for (let at = 0; at < count; at++) {
        if (position === size) begin();
        ids[at] = order[position++] as number;
        keys[at] = Math.floor(dealt++ / size);
      }
      return { ids, keys };
    },
    peek: (count) => {
      if (position + count > size) return undefined;
      const keys = new Uint32Array(count).map((_, at) => Math.floor((dealt + at) / size));
      return { ids: order.slice(position, position + count), keys };
    },
    passes: () => Math.floor(dealt / size),
    state: () => ({ version: 1, order: order.slice(), position, dealt }),
    restore: (state) => {
      const saved = restored<Saved>(state, 1, "candidate order");
      order.set(saved.order);
      position = saved.position;
      dealt = saved.dealt;
    },
  };
}
