import * as tf from "@tensorflow/tfjs";
import { defineOptimizer } from "@unequal/core";
import { z } from "zod";

/** Makes the optimizer of TensorFlow.js: Stochastic gradient descent. */
export const sgd = defineOptimizer({
  name: "sgd",
  summary: "Stochastic gradient descent.",
  options: z.strictObject({
    learningRate: z.number().positive().default(0.1).describe("learning rate"),
  }),
  setup: ({ learningRate: rate }) => ({
    build: ({ learningRate = rate }) => tf.train.sgd(learningRate),
  }),
});
