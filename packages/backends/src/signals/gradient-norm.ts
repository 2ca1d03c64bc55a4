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

/** Reshapes [B, …, C] to [B, T, C], T the product of what stands between. */
function positions(tensor: tf.Tensor, size: number): tf.Tensor3D {
  return tf.reshape(tensor, [size, -1, tensor.shape.at(-1) ?? 1]);
}

/** Squared norm of a Dense layer's part of the gradient, all its uses together: ‖Σ aδᵀ‖² + ‖Σ δ‖² for the bias. */
function denseSquares({ inputs, deltas, kernel, bias }: DenseUse, size: number): tf.Tensor1D {
  const a = tf.concat(
    inputs.map((input) => positions(input, size)),
    1,
  );
  const delta = tf.concat(
    deltas.map((each) => positions(each, size)),
    1,
  );
  const terms: tf.Tensor1D[] = [];
  if (kernel) terms.push(outerSquares(a, delta));
  if (bias) terms.push(tf.sum(tf.square(tf.sum(delta, 1)), 1));
  return tf.addN(terms);
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}

function identitySquares(pass: GradientNormPass, uses: readonly DenseUse[]): Promise<Float32Array> {
  return read(tf.tidy(() => tf.addN(uses.map((use) => denseSquares(use, pass.size)))));
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
  const { uses, covered, release } = captureDense(pass);
  try {
    const squares =
      uses.length > 0 ? await identitySquares(pass, uses) : new Float32Array(pass.size);
    const rest = pass.variables.filter((variable) => !covered.has(variable));
    const others = rest.length > 0 ? await loopSquares(pass, rest) : new Float32Array(pass.size);
    return squares.map((square, row) => Math.sqrt(square + (others[row] ?? 0)));
  } finally {
    release();
  }
}
