import * as tf from "@tensorflow/tfjs";
import { createRandom, defineModel } from "@unequal/core";
import { z } from "zod";

/** Builds a small convolutional network: conv 32, conv 32, pool, conv 64 with stride 2, dense 128, softmax. */
export const cnn = defineModel({
  name: "cnn",
  summary: "Three convolutions, one pooling, a dense layer of 128 and a softmax head.",
  options: z.strictObject({
    dropout: z.number().min(0).lt(1).default(0).describe("rate before the softmax head"),
  }),
  setup: ({ dropout }) => ({
    build: ({ inputShape, classes, optimizer, seed }) => {
      const model = tf.sequential();
      const kernelInitializer = (at: number) =>
        tf.initializers.glorotUniform({ seed: createRandom(seed).fork(`kernel/${at}`).seed() });
      const conv = (at: number, filters: number, strides: number, extra = {}) =>
        tf.layers.conv2d({
          filters,
          kernelSize: 3,
          strides,
          activation: "relu",
          kernelInitializer: kernelInitializer(at),
          ...extra,
        });
      model.add(conv(0, 32, 1, { inputShape: [...inputShape] }));
      model.add(conv(1, 32, 1));
      model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
      model.add(conv(2, 64, 2));
      model.add(tf.layers.flatten());
      model.add(
        tf.layers.dense({
          units: 128,
          activation: "relu",
          kernelInitializer: kernelInitializer(3),
        }),
      );
      if (dropout > 0) model.add(tf.layers.dropout({ rate: dropout }));
      model.add(
        tf.layers.dense({
          units: classes,
          activation: "softmax",
          kernelInitializer: kernelInitializer(4),
        }),
      );
      model.compile({
        optimizer: optimizer as tf.Optimizer,
        loss: "categoricalCrossentropy",
        metrics: ["accuracy"],
      });
      return model;
    },
  }),
});
