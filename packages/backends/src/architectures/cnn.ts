import * as tf from "@tensorflow/tfjs";
import { createRandom, defineModel, type ModelRequest } from "@unequal/core";
import { z } from "zod";
import { checkClasses } from "./check-classes.js";

function layers(
  { inputShape, classes, seed }: ModelRequest,
  dropout: number,
): readonly tf.layers.Layer[] {
  const kernelInitializer = (at: number) =>
    tf.initializers.glorotUniform({ seed: createRandom(seed).fork(`kernel/${at}`).seed() });
  const conv = (at: number, extra: { filters: number; strides?: number; inputShape?: number[] }) =>
    tf.layers.conv2d({
      kernelSize: 3,
      activation: "relu",
      kernelInitializer: kernelInitializer(at),
      ...extra,
    });
  const dense = (at: number, units: number, activation: "relu" | "softmax") =>
    tf.layers.dense({ units, activation, kernelInitializer: kernelInitializer(at) });
  return [
    conv(0, { filters: 32, inputShape: [...inputShape] }),
    conv(1, { filters: 32 }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    conv(2, { filters: 64, strides: 2 }),
    tf.layers.flatten(),
    dense(3, 128, "relu"),
    ...(dropout > 0 ? [tf.layers.dropout({ rate: dropout })] : []),
    dense(4, classes, "softmax"),
  ];
}

/** Builds a small convolutional network: conv 32, conv 32, pool, conv 64 with stride 2, dense 128, softmax. */
export const cnn = defineModel({
  name: "cnn",
  summary: "Three convolutions, one pooling, a dense layer of 128 and a softmax head.",
  options: z.strictObject({
    dropout: z.number().min(0).lt(1).default(0).describe("rate before the softmax head"),
  }),
  setup: ({ dropout }) => ({
    build: (request) => {
      checkClasses("cnn", request);
      const model = tf.sequential({ layers: [...layers(request, dropout)] });
      const optimizer = request.optimizer as tf.Optimizer;
      model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
      return model;
    },
  }),
});
