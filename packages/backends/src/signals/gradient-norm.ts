import * as tf from "@tensorflow/tfjs";
import { capturePass } from "./capture-pass.js";
import { explicitSquares, type Explicit } from "./forms/explicit.js";
import { outerProductSquares, type OuterProducts } from "./forms/outer-products.js";
import { tableRowSquares, type TableRows } from "./forms/table-rows.js";
import type { GradientNormPass } from "./gradient-norm-pass.js";
import type { GradientPart } from "./watching/layer-identity.js";
import { explainLoop, loopSquares } from "./loop-squares.js";

/** ‖·‖² of every example for parts of one variable, or of one block, [B]; the parts are of one form. */
async function squaresOf(parts: readonly GradientPart[], size: number): Promise<tf.Tensor1D> {
  const gradients = parts.map(({ gradient }) => gradient);
  switch (gradients[0]?.form) {
    case "explicit":
      return tf.tidy(() => explicitSquares(gradients as Explicit[]));
    case "outer-products":
      return tf.tidy(() => outerProductSquares(gradients as OuterProducts[], size));
    case "table-rows":
      return tableRowSquares(gradients as TableRows[], size);
    case undefined:
      return tf.zeros([size]);
  }
}

/**
 * Computes ‖G_i‖₂, the norm of every example's gradient over all trainable parameters, in inference mode.
 *
 * One forward and backward pass of the batch gives the parts that the gradient of every example is made of
 * (`layers/`), and their norm is taken without writing it out where it is large (`forms/`). Variables of
 * layers that no identity covers take one backward pass for each example, and are named in a note.
 *
 * @returns [B]
 * @see Goodfellow 2015, Efficient Per-Example Gradient Computations
 */
export async function gradientNorms(pass: GradientNormPass): Promise<Float32Array> {
  const { groups, rest, release } = capturePass(pass);
  const squares: tf.Tensor1D[] = [];
  try {
    for (const parts of groups) squares.push(await squaresOf(parts, pass.size));
    if (rest.length > 0) {
      const loop = loopSquares(pass, rest);
      squares.push(loop.squares);
      if (loop.connected.size > 0) pass.note(explainLoop(pass.layers, loop.connected));
    }
    const norms = tf.tidy(() => tf.sqrt(tf.addN([tf.zeros([pass.size]), ...squares])));
    squares.push(norms as tf.Tensor1D);
    return (await norms.data()) as Float32Array;
  } finally {
    release();
    tf.dispose(squares);
  }
}
