import * as tf from "@tensorflow/tfjs";
import { drawWeights, integers, numbers, type NormCase } from "./gradient-norm-oracle.js";

function sequential(layers: tf.layers.Layer[]): tf.LayersModel {
  const head = tf.layers.dense({ units: 3, activation: "softmax" });
  return drawWeights(tf.sequential({ layers: [...layers, head] }));
}

const inputLength = 6;

/** Classifiers of images and of sequences, as people build them. */
export const wholeModels: Readonly<Record<string, () => NormCase>> = {
  "a CNN": () => ({
    model: sequential([
      tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", inputShape: [10, 10, 2] }),
      tf.layers.batchNormalization(),
      tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", padding: "same" }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.separableConv2d({ filters: 6, kernelSize: 3, strides: 2, activation: "relu" }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 5, activation: "relu" }),
    ]),
    x: numbers([10, 10, 2]),
  }),
  "an LSTM": () => ({
    model: sequential([tf.layers.lstm({ units: 6, inputShape: [7, 3] })]),
    x: numbers([7, 3]),
  }),
  "a GRU": () => ({
    model: sequential([
      tf.layers.gru({ units: 6, returnSequences: true, inputShape: [7, 3] }),
      tf.layers.gru({ units: 4, goBackwards: true }),
    ]),
    x: numbers([7, 3]),
  }),
  "an Embedding": () => ({
    model: sequential([
      tf.layers.embedding({ inputDim: 5, outputDim: 4, inputLength }),
      tf.layers.globalAveragePooling1d({}),
      tf.layers.dense({ units: 5, activation: "tanh" }),
    ]),
    x: integers([inputLength], 5),
  }),
  "an Embedding read in both directions": () => ({
    model: sequential([
      tf.layers.embedding({ inputDim: 5, outputDim: 4, maskZero: true, inputLength }),
      tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 4 }), mergeMode: "sum" }),
    ]),
    x: integers([inputLength], 5),
  }),
};
