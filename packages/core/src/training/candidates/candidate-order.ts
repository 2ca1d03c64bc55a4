import { everyId } from "../../arrays/every-row.js";
import type { CandidateOrder, Dealt } from "../../contracts/candidate-order.js";
import type { Random } from "../../contracts/random.js";
import { restored } from "../../state/restored.js";

interface Saved {
  readonly orders: readonly Uint32Array[];
  readonly position: number;
  readonly pass: number;
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
