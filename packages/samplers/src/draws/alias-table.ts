import type { Distribution } from "./distribution.js";

/** A {@link Distribution} as N columns of one width: an id keeps part of its own column, another has the rest of it. */
export interface AliasTable extends Distribution {
  /** Part of column i that is i's own, [N]. */
  readonly own: Float64Array;
  /** Id that has the rest of column i, [N]. */
  readonly other: Uint32Array;
}

/** Levels columns of height N p: what one is short of 1 is topped up from one that is above. */
function level(own: Float64Array, other: Uint32Array): void {
  const short: number[] = [];
  const full: number[] = [];
  let heaviest = 0;
  own.forEach((height, id) => {
    (height < 1 ? short : full).push(id);
    if (height > (own[heaviest] as number)) heaviest = id;
  });
  const nothing = own.map((height) => (height === 0 ? 1 : 0));
  while (short.length > 0 && full.length > 0) {
    const id = short.pop() as number;
    const donor = full.at(-1) as number;
    other[id] = donor;
    own[donor] = (own[donor] as number) + (own[id] as number) - 1;
    if (own[donor] < 1) short.push(full.pop() as number);
  }
  // What is left is as high as 1 but for rounding; an id of probability 0 must not gain by it.
  for (const id of [...short, ...full]) {
    own[id] = nothing[id] === 1 ? 0 : 1;
    other[id] = heaviest;
  }
}

/**
 * Builds the alias table of weights ≥ 0, in O(N), to draw ids with p_i = w_i / Σw in O(1); alike where all are 0.
 *
 * @see Vose, A linear algorithm for generating random numbers with a given distribution (1991)
 */
export function aliasTable(weights: ArrayLike<number>): AliasTable {
  const size = weights.length;
  const total = Array.from(weights).reduce((sum, weight) => sum + weight, 0);
  const probabilities = Float64Array.from(weights, (weight) =>
    total === 0 ? 1 / size : weight / total,
  );
  const own = probabilities.map((p) => p * size);
  const other = new Uint32Array(size);
  level(own, other);
  return {
    size,
    own,
    other,
    probability: (id) => probabilities[id] as number,
    draw: (random) => {
      const column = random.integer(size);
      return random.uniform() < (own[column] as number) ? column : (other[column] as number);
    },
  };
}
