import * as tf from "@tensorflow/tfjs";

/** The gradient of a table of which rows are looked up: Σ_{t: id_t = v} δ_t in row v. */
export interface TableRows {
  readonly form: "table-rows";
  /** Ids [B, …], and δ [B, …, U]. */
  readonly tensors: readonly [ids: tf.Tensor, delta: tf.Tensor];
}

/** Makes the form of look-ups: ids [B, …], and δ of what was found, [B, …, U]. */
export function tableRows(ids: tf.Tensor, delta: tf.Tensor): TableRows {
  return { form: "table-rows", tensors: [ids, delta] };
}

/** Numbers the distinct pairs of an example and an id: the pair of each look-up, and the example of each pair. */
function pairsOf(columns: readonly ArrayLike<number>[], size: number) {
  const pairs = new Int32Array(columns.reduce((sum, { length }) => sum + length, 0));
  const examples: number[] = [];
  const known = new Map<number, number>();
  let lookUp = 0;
  for (let row = 0; row < size; row++) {
    known.clear();
    for (const ids of columns) {
      const width = ids.length / size;
      for (let at = row * width; at < (row + 1) * width; at++) {
        const id = Math.trunc(ids[at] as number);
        const pair = known.get(id) ?? examples.length;
        if (pair === examples.length) {
          examples.push(row);
          known.set(id, pair);
        }
        pairs[lookUp++] = pair;
      }
    }
  }
  return { pairs, examples: Int32Array.from(examples) };
}

/**
 * Computes Σ_v ‖Σ_{t: id_t = v} δ_t‖² of every example over the parts of a table, [B].
 * The ids are read back. O(B T U), T the look-ups of an example.
 */
export async function tableRowSquares(
  parts: readonly TableRows[],
  size: number,
): Promise<tf.Tensor1D> {
  const columns: ArrayLike<number>[] = [];
  for (const { tensors } of parts) columns.push(await tensors[0].data());
  const { pairs, examples } = pairsOf(columns, size);
  return tf.tidy(() => {
    const deltas = parts.map(({ tensors: [, delta] }): tf.Tensor3D =>
      tf.reshape(delta, [size, -1, delta.shape.at(-1) ?? 1]),
    );
    const units = deltas[0]?.shape[2] ?? 1;
    const all = tf.reshape(tf.concat(deltas, 1), [-1, units]);
    const ofPairs = tf.unsortedSegmentSum(all, tf.tensor1d(pairs), examples.length);
    const squares = tf.sum(tf.square(ofPairs), 1, true);
    const ofExamples = tf.unsortedSegmentSum(squares, tf.tensor1d(examples), size);
    return tf.reshape(ofExamples, [size]);
  });
}
