import * as tf from "@tensorflow/tfjs";
import { defineOptimizer } from "@unequal/core";
import { z } from "zod";

/**
 * Makes the optimizer of TensorFlow.js: Adagrad.
 *
 * @see Duchi et al. 2011
 */
export const adagrad = defineOptimizer({
  name: "adagrad",
  summary: "Adagrad.",
  paper: "Duchi et al. 2011",
  options: z.strictObject({
    learningRate: z.number().positive().default(0.01).describe("learning rate"),
  }),
  setup: ({ learningRate: rate }) => ({
    build: ({ learningRate = rate }) => tf.train.adagrad(learningRate),
  }),
});
