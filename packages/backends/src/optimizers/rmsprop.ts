import * as tf from "@tensorflow/tfjs";
import { defineOptimizer } from "@unequal/core";
import { z } from "zod";

/**
 * Makes the optimizer of TensorFlow.js: RMSProp.
 *
 * @see Hinton 2012, lecture 6e
 */
export const rmsprop = defineOptimizer({
  name: "rmsprop",
  summary: "RMSProp.",
  paper: "Hinton 2012, lecture 6e",
  options: z.strictObject({
    learningRate: z.number().positive().default(0.001).describe("learning rate"),
    decay: z.number().min(0).lt(1).default(0.9).describe("decay of the squared gradients"),
  }),
  setup: ({ learningRate: rate, decay }) => ({
    build: ({ learningRate = rate }) => tf.train.rmsprop(learningRate, decay),
  }),
});
