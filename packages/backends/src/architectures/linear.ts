import * as tf from "@tensorflow/tfjs";
import { defineModel } from "@unequal/core";
import { z } from "zod";
import { checkClasses } from "./check-classes.js";

/**
 * Builds softmax regression: flattened input, one dense layer that starts at zero, softmax. Its loss is convex, and
 * with λ > 0 strongly so in the kernel W, through the regulariser (λ/2) ‖W‖².
 */
export const linearModel = defineModel({
  name: "linear",
  summary: "Softmax regression: one dense layer with a softmax head.",
  options: z.strictObject({
    l2: z.number().min(0).default(0).describe("λ of the kernel's regulariser (λ/2) ‖W‖²"),
  }),
  setup: ({ l2 }) => ({
    build: (request) => {
      checkClasses("linear", request);
      const { inputShape, classes, optimizer } = request;
      const head = tf.layers.dense({
        units: classes,
        activation: "softmax",
        kernelInitializer: "zeros",
        ...(l2 > 0 && { kernelRegularizer: tf.regularizers.l2({ l2: l2 / 2 }) }),
      });
      const shape = { inputShape: [...inputShape] };
      const model = tf.sequential({
        layers: [
          inputShape.length > 1 ? tf.layers.flatten(shape) : tf.layers.inputLayer(shape),
          head,
        ],
      });
      model.compile({
        optimizer: optimizer as tf.Optimizer,
        loss: "categoricalCrossentropy",
        metrics: ["accuracy"],
      });
      return model;
    },
  }),
});
