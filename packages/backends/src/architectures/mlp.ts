import * as tf from "@tensorflow/tfjs";
import { createRandom, defineModel } from "@unequal/core";
import { z } from "zod";

/** Builds a multilayer perceptron: flattened input, ReLU layers, softmax; 784-512-512-10 by default on MNIST. */
export const mlp = defineModel({
  name: "mlp",
  summary: "Multilayer perceptron with ReLU layers and a softmax head.",
  options: z.strictObject({
    hidden: z.array(z.int().positive()).default([512, 512]).describe("units of the hidden layers"),
    dropout: z.number().min(0).lt(1).default(0).describe("rate after each hidden layer"),
  }),
  setup: ({ hidden, dropout }) => ({
    build: ({ inputShape, classes, optimizer, seed }) => {
      const model = tf.sequential();
      const initializer = (at: number) =>
        tf.initializers.glorotUniform({ seed: createRandom(seed).fork(`kernel/${at}`).seed() });
      const shape = { inputShape: [...inputShape] };
      model.add(
        shape.inputShape.length > 1 ? tf.layers.flatten(shape) : tf.layers.inputLayer(shape),
      );
      hidden.forEach((units, at) => {
        model.add(
          tf.layers.dense({ units, activation: "relu", kernelInitializer: initializer(at) }),
        );
        if (dropout > 0) model.add(tf.layers.dropout({ rate: dropout }));
      });
      const kernelInitializer = initializer(hidden.length);
      model.add(tf.layers.dense({ units: classes, activation: "softmax", kernelInitializer }));
      model.compile({
        optimizer: optimizer as tf.Optimizer,
        loss: "categoricalCrossentropy",
        metrics: ["accuracy"],
      });
      return model;
    },
  }),
});
