import type { Random } from "../contracts/random.js";
import type { Stateful } from "../contracts/state.js";
import { restored } from "./restored.js";

/** Ids, and the pass of each, [count]. */
interface Dealt {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
}

interface Saved {
  readonly orders: readonly Uint32Array[];
  readonly position: number;
  readonly pass: number;
}

/** Deals the ids of a dataset without replacement, shuffled anew for every pass. */
export interface CandidateOrder extends Stateful {
  /** Deals the next `count` ids, going on into the next pass where one ends; keys are the pass of each. */
  readonly next: (count: number) => Dealt;
  /** Returns what `next` would deal after `skip` others, without dealing it. */
  readonly peek: (count: number, skip?: number) => Dealt;
  /** Complete passes dealt. */
  readonly passes: () => number;
}

/** Creates the order over `size` examples; `shuffle: false` keeps the dataset's own. O(N) at each pass. */
export function createCandidateOrder(
  size: number,
  random: Random,
  shuffle: boolean,
): CandidateOrder {
  const identity = Uint32Array.from({ length: size }, (_, id) => id);
  // of the present pass, and of those beyond that were looked into
  let orders: Uint32Array[] = [];
  let position = 0;
  let pass = 0;
  const orderOf = (ahead: number): Uint32Array => {
    while (orders.length <= ahead) {
      const order = (orders.at(-1) ?? identity).slice();
      orders.push(shuffle ? random.shuffle(order) : order);
    }
    return orders[ahead] as Uint32Array;
  };
  const peek = (count: number, skip = 0): Dealt => {
    const ids = new Uint32Array(count);
    const keys = new Uint32Array(count);
    for (let at = 0; at < count; at++) {
      const place = position + skip + at;
      const ahead = Math.floor(place / size);
      ids[at] = orderOf(ahead)[place % size] as number;
      keys[at] = pass + ahead;
    }
    return { ids, keys };
  };
  return {
    peek,
    next: (count) => {
      const dealt = peek(count);
      position += count;
      for (; position >= size; position -= size) {
        // the next pass is shuffled from this one
        orderOf(1);
        orders.shift();
        pass += 1;
      }
      return dealt;
    },
    passes: () => pass,
    state: () => ({ version: 1, orders: orders.map((order) => order.slice()), position, pass }),
    restore: (state) => {
      const saved = restored<Saved>(state, 1, "candidate order");
      orders = [...saved.orders];
      ({ position, pass } = saved);
    },
  };
}
