import * as tf from "@tensorflow/tfjs";
import { captureDense, type DenseUse } from "./capture-dense.js";

/** A span of rows. */
interface RowRange {
  readonly begin: number;
  readonly size: number;
}

/** What the norms are taken of. */
export interface GradientNormPass {
  /** The model's layers, nested models opened; wrappers count as one layer. */
  readonly layers: readonly tf.layers.Layer[];
  readonly variables: readonly tf.Variable[];
  /** Number of examples B. */
  readonly size: number;
  /** Runs forward in inference mode, synchronously: the losses of all rows, or of some, weights included. */
  readonly losses: (range?: RowRange) => tf.Tensor1D;
}

/** ‖Σ_t a_t δ_tᵀ‖²_F of every example: a [B, T, D], δ [B, T, U] → [B], by whichever form is cheaper. */
function outerSquares(a: tf.Tensor3D, delta: tf.Tensor3D): tf.Tensor1D {
  const [, positions, inputs] = a.shape;
  const units = delta.shape[2];
  if (positions === 1) {
    return tf.mul(tf.sum(tf.square(a), [1, 2]), tf.sum(tf.square(delta), [1, 2]));
  }
  if (positions * (inputs + units) < inputs * units) {
    const gram = tf.mul(tf.matMul(a, a, false, true), tf.matMul(delta, delta, false, true));
    return tf.sum(gram, [1, 2]);
  }
  return tf.sum(tf.square(tf.matMul(a, delta, true, false)), [1, 2]);
}

/** Reshapes the inputs or deltas of uses from [B, …, C] to [B, T, C] and joins their positions. */
function positions(uses: readonly DenseUse[], part: "input" | "delta", size: number): tf.Tensor3D {
  const shaped = uses.map(({ [part]: tensor }): tf.Tensor3D => {
    const each: tf.Tensor3D = tf.reshape(tensor, [size, -1, tensor.shape.at(-1) ?? 1]);
    // squares of integers would overflow
    return tf.cast(each, "float32");
  });
  return tf.concat(shaped, 1);
}

/** Gathers the uses of each variable, those of tied layers too. */
function byVariable(uses: readonly DenseUse[], part: "kernel" | "bias"): readonly DenseUse[][] {
  const groups = new Map<tf.Variable, DenseUse[]>();
  for (const use of uses) {
    const variable = use[part];
    if (variable !== undefined) groups.set(variable, [...(groups.get(variable) ?? []), use]);
  }
  return [...groups.values()];
}

/** Squared norm of the Dense layers' part of the gradient: ‖Σ aδᵀ‖² for a kernel, ‖Σ δ‖² for a bias, over all uses. */
function denseSquares(uses: readonly DenseUse[], size: number): tf.Tensor1D {
  const kernels = byVariable(uses, "kernel").map((group) =>
    outerSquares(positions(group, "input", size), positions(group, "delta", size)),
  );
  const biases = byVariable(uses, "bias").map((group): tf.Tensor1D =>
    tf.sum(tf.square(tf.sum(positions(group, "delta", size), 1)), 1),
  );
  return tf.addN([tf.zeros([size]), ...kernels, ...biases]);
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}

/** One backward pass for each example, over the variables that no identity covers. */
function loopSquares(
  pass: GradientNormPass,
  variables: readonly tf.Variable[],
): Promise<Float32Array> {
  const squareOf = (begin: number): tf.Scalar =>
    tf.tidy(() => {
      const loss = (): tf.Scalar => tf.sum(pass.losses({ begin, size: 1 }));
      const { grads } = tf.variableGrads(loss, [...variables]);
      return tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient))));
    });
  const squares = Array.from({ length: pass.size }, (_, row) => squareOf(row));
  const joined = tf.stack(squares);
  tf.dispose(squares);
  return read(joined);
}

/**
 * Computes ‖G_i‖₂, the norm of every example's gradient over all trainable parameters, in inference mode.
 *
 * Dense layers by the identity ‖Σ_t a_t δ_tᵀ‖²_F + ‖Σ_t δ_t‖² (a the layer's input, δ = ∂ℓ/∂z of its
 * pre-activation z, t its positions and uses), in one forward and backward pass of the batch; every other
 * variable by one backward pass for each example.
 *
 * @returns [B]
 * @see Goodfellow 2015, Efficient Per-Example Gradient Computations
 */
export async function gradientNorms(pass: GradientNormPass): Promise<Float32Array> {
  const { uses, rest, release } = captureDense(pass);
  try {
    const squares = await read(tf.tidy(() => denseSquares(uses, pass.size)));
    const others = rest.length > 0 ? await loopSquares(pass, rest) : new Float32Array(pass.size);
    return squares.map((square, row) => Math.sqrt(square + (others[row] ?? 0)));
  } finally {
    release();
  }
}
