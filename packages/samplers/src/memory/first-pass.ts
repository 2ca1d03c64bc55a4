import { everyId, restored, type Random, type Selection, type Stateful } from "@unequal/core";

/** Deals every id of a dataset once, in random order, before a sampler goes by what it has learned. */
export interface FirstPass extends Stateful {
  /** Deals up to `count` ids that are not known yet: each id is among them with chance rows/N; undefined at the end. */
  readonly deal: (count: number, known: (id: number) => boolean) => Selection | undefined;
  /** Tells whether every id was dealt, or known when its turn came. */
  readonly over: () => boolean;
}

/** Creates the first pass over N examples. */
export function createFirstPass(size: number, random: Random): FirstPass {
  const order = random.shuffle(everyId(size));
  let position = 0;
  return {
    deal: (count, known) => {
      const rows: number[] = [];
      while (rows.length < count && position < size) {
        const id = order[position++] as number;
        if (!known(id)) rows.push(id);
      }
      if (rows.length === 0) return undefined;
      const expected = new Float64Array(rows.length).fill(rows.length / size);
      return { rows: Int32Array.from(rows), expected, planned: rows.length, population: size };
    },
    over: () => position === size,
    state: () => ({ version: 1, order: order.slice(), position }),
    restore: (state) => {
      const saved = restored<{ order: Uint32Array; position: number }>(state, 1, "first pass");
      order.set(saved.order);
      position = saved.position;
    },
  };
}
