import * as tf from "@tensorflow/tfjs";

/** Numbers that the rows of one chunk may take in addition to their inputs: 8 MB, or one example. */
const CHUNK = 2 ** 21;

/** The gradient of a kernel, or of a block of its columns: Σ_t a_t δ_tᵀ, [D, U] for its last axis and all others. */
export interface OuterProducts {
  readonly form: "outer-products";
  /** What a is made of, [B, …], and δ [B, …, U]. */
  readonly tensors: readonly [source: tf.Tensor, delta: tf.Tensor];
  /** D. */
  readonly inputs: number;
  /** Makes a [rows, T, D] of some rows of the source. */
  readonly unfold: (rows: tf.Tensor) => tf.Tensor;
}

/** Makes the form of a [B, …, D] and δ [B, …, U], with the same axes between. */
export function outerProducts(a: tf.Tensor, delta: tf.Tensor): OuterProducts {
  const inputs = a.shape.at(-1) ?? 1;
  return { form: "outer-products", tensors: [a, delta], inputs, unfold: (rows) => rows };
}

function rowsOf(tensor: tf.Tensor, begin: number, size: number): tf.Tensor {
  return size === tensor.shape[0] ? tensor : tf.slice(tensor, begin, size);
}

/** Joins the positions of parts: [rows, …, width] each → [rows, Σ T, width]. */
function joined(tensors: readonly tf.Tensor[], rows: number, width: number): tf.Tensor3D {
  // squares of integers would overflow
  const shaped = tensors.map((each): tf.Tensor3D =>
    tf.cast(tf.reshape(each, [rows, -1, width]), "float32"),
  );
  return tf.concat(shaped, 1);
}

/** ‖Σ_t a_t δ_tᵀ‖²_F: a [B, T, D], δ [B, T, U] → [B]. */
function squares(a: tf.Tensor3D, delta: tf.Tensor3D, byGram: boolean): tf.Tensor1D {
  if (a.shape[1] === 1)
    return tf.mul(tf.sum(tf.square(a), [1, 2]), tf.sum(tf.square(delta), [1, 2]));
  if (!byGram) return tf.sum(tf.square(tf.matMul(a, delta, true, false)), [1, 2]);
  const gram = tf.mul(tf.matMul(a, a, false, true), tf.matMul(delta, delta, false, true));
  return tf.sum(gram, [1, 2]);
}

/**
 * Computes ‖Σ_t a_t δ_tᵀ‖²_F of every example over the parts of a variable, [B]: directly in O(B T D U),
 * or as Σ_tt' (a_t·a_t')(δ_t·δ_t') in O(B T² (D + U)), whichever is less. So many examples are taken at
 * once that a, δ and products take 8 MB at most, or one example.
 *
 * @see Goodfellow 2015, Efficient Per-Example Gradient Computations
 * @see Rochette, Manoel & Tramel 2019, Efficient Per-Example Gradient Computations in Convolutional Neural Networks
 */
export function outerProductSquares(parts: readonly OuterProducts[], size: number): tf.Tensor1D {
  const [first] = parts as [OuterProducts];
  const { inputs } = first;
  const units = first.tensors[1].shape.at(-1) ?? 1;
  const positions =
    parts.reduce((sum, { tensors: [, { size: all }] }) => sum + all, 0) / (size * units);
  const byGram = positions * (inputs + units) < inputs * units;
  const product = byGram ? 3 * positions ** 2 : 2 * inputs * units;
  const example = positions * (inputs + units) + (positions === 1 ? 0 : product);
  const chunk = Math.min(size, Math.max(1, Math.floor(CHUNK / example)));
  const ofChunk = (begin: number): tf.Tensor1D =>
    tf.tidy(() => {
      const rows = Math.min(chunk, size - begin);
      const a = parts.map(({ tensors: [source], unfold }) => unfold(rowsOf(source, begin, rows)));
      const delta = parts.map(({ tensors }) => rowsOf(tensors[1], begin, rows));
      return squares(joined(a, rows, inputs), joined(delta, rows, units), byGram);
    });
  const chunks = Array.from({ length: Math.ceil(size / chunk) }, (_, at) => ofChunk(at * chunk));
  return tf.concat(chunks);
}
