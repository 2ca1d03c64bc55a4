/** Names the rows to train on and how often each was expected to be drawn. */
export interface Selection {
  /** Rows of the pool (ids of the dataset for a first stage), in the order drawn, possibly repeated. */
  readonly rows: Int32Array;
  /** E[times drawn] of each entry of `rows` under the draw that was made, of each group where rows are grouped; absent if unknown. */
  readonly expected?: Float64Array;
  /** The smallest expectation of any row that could have been drawn, for weightings relative to the largest weight; absent if unknown. */
  readonly leastExpected?: number;
  /** The b that was asked for: the divisor of the batch, however many rows came. */
  readonly planned: number;
  /** How many rows the draw could have chosen from. */
  readonly population: number;
  /** Entries of `rows` that belong together, one group after the other: absent single examples, 2 pairs, 3 triplets. */
  readonly arity?: 2 | 3;
}

/** States the law of a draw before it is made. */
export interface DrawLaw {
  /** E[times drawn] of every row of the pool, [B], summing to the count asked for; to less only where every row that can be drawn is drawn for certain. */
  readonly expected: Float64Array;
  /** Var[times drawn] of a row as a function of its expectation e: e for multinomial, f(1 − f), f = frac(e), for systematic draws. */
  readonly variance: (expected: number) => number;
}
