import { everyId } from "../../arrays/every-row.js";
import type { Random } from "../../contracts/random.js";
import type { Stateful } from "../../contracts/state.js";
import { restored } from "../../state/restored.js";

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

/** Keeps the order of the present pass, and those of passes beyond that were looked into. */
function shuffledPasses(size: number, random: Random, shuffle: boolean) {
  const identity = everyId(size);
  let orders: Uint32Array[] = [];
  const orderOf = (ahead: number): Uint32Array => {
    while (orders.length <= ahead) {
      const order = (orders.at(-1) ?? identity).slice();
      orders.push(shuffle ? random.shuffle(order) : order);
    }
    return orders[ahead] as Uint32Array;
  };
  return {
    orderOf,
    leave: () => {
      // each pass is shuffled from the one before
      orderOf(1);
      orders.shift();
    },
    saved: () => orders.map((order) => order.slice()),
    restore: (saved: readonly Uint32Array[]) => {
      orders = [...saved];
    },
  };
}

/** Creates the order over `size` examples; `shuffle: false` keeps the dataset's own. O(N) at each pass. */
export function createCandidateOrder(
  size: number,
  random: Random,
  shuffle: boolean,
): CandidateOrder {
  const passes = shuffledPasses(size, random, shuffle);
  let position = 0;
  let pass = 0;
  const peek = (count: number, skip = 0): Dealt => {
    const ids = new Uint32Array(count);
    const keys = new Uint32Array(count);
    for (let at = 0; at < count; at++) {
      const place = position + skip + at;
      const ahead = Math.floor(place / size);
      ids[at] = passes.orderOf(ahead)[place % size] as number;
      keys[at] = pass + ahead;
    }
    return { ids, keys };
  };
  return {
    peek,
    next: (count) => {
      const dealt = peek(count);
      for (position += count; position >= size; position -= size) {
        passes.leave();
        pass += 1;
      }
      return dealt;
    },
    passes: () => pass,
    state: () => ({ version: 2, orders: passes.saved(), position, pass }),
    restore: (state) => {
      const saved = restored<Saved>(state, 2, "candidate order");
      passes.restore(saved.orders);
      ({ position, pass } = saved);
    },
  };
}
