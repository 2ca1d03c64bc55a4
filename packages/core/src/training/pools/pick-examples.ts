/** Lists the rows 0 … `size` − 1. */
export function everyRow(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, row) => row);
}

/** Examples: which they are, and what may be known of each. */
interface Examples {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
  readonly weights?: Float32Array;
  readonly labels?: Int32Array;
}

/** Takes some of a number of examples: `rows` [n] → n of them. */
export function pickExamples<E extends Examples>(
  examples: E,
  rows: ArrayLike<number>,
): Pick<E, keyof E & keyof Examples> {
  const { ids, keys, weights, labels }: Examples = examples;
  const picked: Examples = {
    ids: Uint32Array.from(rows, (row) => ids[row] as number),
    keys: Uint32Array.from(rows, (row) => keys[row] as number),
    ...(weights && { weights: Float32Array.from(rows, (row) => weights[row] as number) }),
    ...(labels && { labels: Int32Array.from(rows, (row) => labels[row] as number) }),
  };
  return picked as E;
}
