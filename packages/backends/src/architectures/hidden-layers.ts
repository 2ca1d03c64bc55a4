import * as tf from "@tensorflow/tfjs";
import { createRandom, type ModelRequest } from "@unequal/core";
import { z } from "zod";

/** Options of a multilayer perceptron's body. */
export const hiddenOptions = {
  hidden: z.array(z.int().positive()).default([512, 512]).describe("units of the hidden layers"),
  dropout: z.number().min(0).lt(1).default(0).describe("rate after each hidden layer"),
};

/** Begins a model with flattened inputs and ReLU layers, and the initializer of the head that is to follow. */
export function hiddenLayers(
  { inputShape, seed }: ModelRequest,
  { hidden, dropout }: { readonly hidden: readonly number[]; readonly dropout: number },
): {
  readonly model: tf.Sequential;
  readonly kernelInitializer: ReturnType<typeof tf.initializers.glorotUniform>;
} {
  const model = tf.sequential();
  const initializer = (at: number) =>
    tf.initializers.glorotUniform({ seed: createRandom(seed).fork(`kernel/${at}`).seed() });
  const shape = { inputShape: [...inputShape] };
  model.add(shape.inputShape.length > 1 ? tf.layers.flatten(shape) : tf.layers.inputLayer(shape));
  hidden.forEach((units, at) => {
    model.add(tf.layers.dense({ units, activation: "relu", kernelInitializer: initializer(at) }));
    if (dropout > 0) model.add(tf.layers.dropout({ rate: dropout }));
  });
  return { model, kernelInitializer: initializer(hidden.length) };
}
