import * as tf from "@tensorflow/tfjs";
import { defineOptimizer } from "@unequal/core";
import { z } from "zod";

/**
 * Makes the optimizer of TensorFlow.js: Adam.
 *
 * @see Kingma & Ba 2015
 */
export const adam = defineOptimizer({
  name: "adam",
  summary: "Adam.",
  paper: "Kingma & Ba 2015",
  options: z.strictObject({
    learningRate: z.number().positive().default(0.001).describe("learning rate"),
    beta1: z.number().min(0).lt(1).default(0.9).describe("decay of the first moment"),
    beta2: z.number().min(0).lt(1).default(0.999).describe("decay of the second moment"),
  }),
  setup: ({ learningRate: rate, beta1, beta2 }) => ({
    build: ({ learningRate = rate }) => tf.train.adam(learningRate, beta1, beta2),
  }),
});
