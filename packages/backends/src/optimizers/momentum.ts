import * as tf from "@tensorflow/tfjs";
import { defineOptimizer } from "@unequal/core";
import { z } from "zod";

/**
 * Makes the optimizer of TensorFlow.js: Stochastic gradient descent with momentum.
 *
 * @see Polyak 1964
 */
export const momentum = defineOptimizer({
  name: "momentum",
  summary: "Stochastic gradient descent with momentum.",
  paper: "Polyak 1964",
  options: z.strictObject({
    learningRate: z.number().positive().default(0.05).describe("learning rate"),
    momentum: z.number().min(0).lt(1).default(0.9).describe("share of the last step that is kept"),
  }),
  setup: ({ learningRate: rate, momentum }) => ({
    build: ({ learningRate = rate }) => tf.train.momentum(learningRate, momentum),
  }),
});
