import * as tf from "@tensorflow/tfjs";

function flat(tensor: tf.Tensor): tf.Tensor1D {
  const row = tensor.rank === 1 ? tensor : tf.reshape(tensor, [-1]);
  return (row.dtype === "float32" ? row : tf.cast(row, "float32")) as tf.Tensor1D;
}

/** Joins tensors into one that is new; a kernel costs, so what needs none has none. */
function join(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  const rows = tensors.map(flat);
  return rows.length === 1 ? tf.clone(rows[0] as tf.Tensor1D) : tf.concat1d(rows);
}

/** Reads several tensors back at once: one transfer, whatever their number; disposes them. */
export async function readColumns<K extends string>(
  columns: ReadonlyMap<K, tf.Tensor>,
): Promise<Map<K, Float32Array>> {
  const tensors = [...columns.values()];
  const joined = tf.tidy(() => join(tensors));
  const sizes = tensors.map((tensor) => tensor.size);
  tf.dispose(tensors);
  try {
    const values = (await joined.data()) as Float32Array;
    let offset = 0;
    return new Map(
      [...columns.keys()].map((name, at) => {
        const size = sizes[at] ?? 0;
        offset += size;
        return [name, values.slice(offset - size, offset)];
      }),
    );
  } finally {
    joined.dispose();
  }
}
