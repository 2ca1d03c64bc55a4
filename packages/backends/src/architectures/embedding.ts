import * as tf from "@tensorflow/tfjs";
import { defineModel } from "@unequal/core";
import { z } from "zod";
import { hiddenLayers, hiddenOptions } from "./hidden-layers.js";

/**
 * Builds a multilayer perceptron that ends in D linear outputs, for metric learning (the learner option `loss: "none"`):
 * flattened input, ReLU layers, embedding; 784-512-512-64 by default on MNIST.
 */
export const embedding = defineModel({
  name: "embedding",
  summary: "Multilayer perceptron with ReLU layers and a linear embedding, for metric learning.",
  options: z.strictObject({
    ...hiddenOptions,
    units: z.int().positive().default(64).describe("D, the size of the embedding"),
  }),
  setup: ({ units, ...body }) => ({
    build: (request) => {
      const { model, kernelInitializer } = hiddenLayers(request, body);
      model.add(tf.layers.dense({ units, kernelInitializer }));
      // tfjs compiles no model without a loss; trained with loss "none", it is never computed.
      model.compile({ optimizer: request.optimizer as tf.Optimizer, loss: "meanSquaredError" });
      return model;
    },
  }),
});
