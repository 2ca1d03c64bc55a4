import * as tf from "@tensorflow/tfjs";
import type { GradientNormPass } from "./gradient-norm-pass.js";
import { holdersOf } from "./watching/open-layers.js";

/** Squares of some variables' gradients, and which of the variables have one. */
export interface LoopSquares {
  /** Owned by the caller, [B]. */
  readonly squares: tf.Tensor1D;
  readonly connected: ReadonlySet<tf.Variable>;
}

/** Computes ‖∂ℓ_i/∂θ‖² over some variables by one backward pass for every example. */
export function loopSquares(
  pass: GradientNormPass,
  variables: readonly tf.Variable[],
): LoopSquares {
  const connected = new Set<tf.Variable>();
  const squareOf = (begin: number): tf.Scalar =>
    tf.tidy(() => {
      // with one more in it the loss depends on a variable in any case
      const none = tf.variable(tf.scalar(0));
      const loss = (): tf.Scalar =>
        tf.add(tf.sum(pass.losses({ begin, size: 1 })), tf.mul(none, 0));
      try {
        const { grads } = tf.variableGrads(loss, [none, ...variables]);
        for (const variable of variables) if (variable.name in grads) connected.add(variable);
        return tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient))));
      } finally {
        none.dispose();
      }
    });
  const squares = Array.from({ length: pass.size }, (_, row) => squareOf(row));
  const joined = tf.stack(squares) as tf.Tensor1D;
  tf.dispose(squares);
  return { squares: joined, connected };
}

/** Says which layers, or variables that no layer holds, take a backward pass for every example. */
export function explainLoop(
  layers: readonly tf.layers.Layer[],
  variables: ReadonlySet<tf.Variable>,
): string {
  const holders = holdersOf(layers);
  const names = [...variables].flatMap((variable) => {
    const held = holders.get(variable) ?? [];
    return held.length > 0
      ? held.map((layer) => `${layer.name} (${layer.getClassName()})`)
      : [variable.name];
  });
  const list = [...new Set(names)].join(", ");
  return `The exact gradient norm takes a backward pass for every example, since no identity covers ${list}. The scorers upper-bound and loss do without.`;
}
