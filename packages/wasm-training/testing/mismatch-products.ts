import * as tf from "@tensorflow/tfjs";
import { ACTIVATIONS, pick, type Inputs, type Recipe } from "./mismatch-recipe.js";

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * A product of batches that are broadcast before. The cpu engine's own takes each operand's matrices one after the
 * other, and makes as many as the larger has: both are wrong where [2, 3] matrices meet [2, 1], or [2, 1] meet [3].
 */
function productOf(a: tf.Tensor, b: tf.Tensor, { transposeA, transposeB }: Transposes): tf.Tensor {
  const [ofA, ofB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const outer = tf.backend_util.assertAndGetBroadcastShape(ofA, ofB);
  const batch = (x: tf.Tensor): tf.Tensor3D => {
    const matrix = x.shape.slice(-2) as [number, number];
    // tf.broadcastTo takes no batch of none
    const whole = tf.add(x, tf.zeros([...outer, 1, 1]));
    return tf.reshape(whole, [tf.util.sizeFromShape(outer), ...matrix]);
  };
  const products = tf.matMul(batch(a), batch(b), transposeA, transposeB);
  return tf.reshape(products, [...outer, ...products.shape.slice(1)]);
}

function fusedProductOf(
  { a, b, bias, preluActivationWeights }: Inputs,
  {
    activation,
    leakyreluAlpha,
    ...transposes
  }: Transposes & { activation: (typeof ACTIVATIONS)[number]; leakyreluAlpha: number },
): tf.Tensor {
  const sum = tf.add(productOf(a as tf.Tensor, b as tf.Tensor, transposes), bias as tf.Tensor);
  if (activation === "linear") return sum;
  if (activation === "prelu") return tf.prelu(sum, preluActivationWeights as tf.Tensor);
  return activation === "leakyrelu" ? tf.leakyRelu(sum, leakyreluAlpha) : tf[activation](sum);
}

/** Recipes of kernels that multiply matrices. */
export const PRODUCTS: readonly Recipe[] = [
  {
    kernel: tf.BatchMatMul,
    reference: ({ a, b }, attrs: Transposes) => productOf(a as tf.Tensor, b as tf.Tensor, attrs),
    shapes: (random) =>
      pick(random, [
        { a: [2, 3, 4], b: [2, 4, 5] },
        { a: [3, 4], b: [4, 5] },
        { a: [2, 1, 3, 4], b: [3, 4, 5] },
        { a: [2, 1, 3, 4], b: [1, 3, 4, 5] },
      ]),
    attrs: (random) => ({
      transposeA: random.uniform() < 0.2,
      transposeB: random.uniform() < 0.2,
    }),
    op: ({ a, b }, { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean }) =>
      tf.matMul(a as tf.Tensor, b as tf.Tensor, transposeA, transposeB),
  },
  {
    kernel: tf._FusedMatMul,
    reference: fusedProductOf,
    shapes: (random) => ({
      ...{ a: [1, pick(random, [3, 40]), 4], b: [1, 4, 5], bias: [5], preluActivationWeights: [5] },
    }),
    attrs: (random) => ({
      ...{ transposeA: random.uniform() < 0.2, transposeB: random.uniform() < 0.2 },
      ...{ activation: pick(random, ACTIVATIONS), leakyreluAlpha: 0.3 },
    }),
    op: (given, attrs: object) => tf.fused.matMul({ ...given, ...attrs } as never),
  },
  {
    // the cpu engine's own kernel takes no inputs by name, and gives those of two types the second's
    kernel: "tf.einsum",
    shapes: () => ({ 0: [2, 3, 4], 1: [2, 4, 5] }),
    attrs: (random) => ({ equation: pick(random, ["abc,acd->abd", "abc,acd->bd"]) }),
    op: (given, { equation }: { equation: string }) => {
      const tensors = Object.values(given);
      const whole = tensors.every(({ dtype }) => dtype !== "float32");
      const same = tf.getBackend() === "wasm" ? tensors : tensors.map((x) => tf.cast(x, "float32"));
      return tf.cast(tf.einsum(equation, ...same), whole ? "int32" : "float32");
    },
  },
];
