import * as tf from "@tensorflow/tfjs";
import { defineModel } from "@unequal/core";
import { z } from "zod";
import { checkClasses } from "./check-classes.js";
import { hiddenLayers, hiddenOptions } from "./hidden-layers.js";

/** Builds a multilayer perceptron: flattened input, ReLU layers, softmax; 784-512-512-10 by default on MNIST. */
export const mlp = defineModel({
  name: "mlp",
  summary: "Multilayer perceptron with ReLU layers and a softmax head.",
  options: z.strictObject(hiddenOptions),
  setup: (body) => ({
    build: (request) => {
      checkClasses("mlp", request);
      const { model, kernelInitializer } = hiddenLayers(request, body);
      const units = request.classes;
      model.add(tf.layers.dense({ units, activation: "softmax", kernelInitializer }));
      model.compile({
        optimizer: request.optimizer as tf.Optimizer,
        loss: "categoricalCrossentropy",
        metrics: ["accuracy"],
      });
      return model;
    },
  }),
});
