import * as tf from "@tensorflow/tfjs";

/** Reads several tensors back at once: one transfer, whatever their number; disposes them. */
export async function readColumns<K extends string>(
  columns: ReadonlyMap<K, tf.Tensor>,
): Promise<Map<K, Float32Array>> {
  const tensors = [...columns.values()];
  const joined = tf.tidy(() =>
    tf.concat1d(tensors.map((tensor) => tf.cast(tf.reshape<tf.Rank.R1>(tensor, [-1]), "float32"))),
  );
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
