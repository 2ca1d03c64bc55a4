import * as tf from "@tensorflow/tfjs";
import { numbers, oneHot } from "../columns.js";
import { inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { inMemory } from "../steps.js";

const { layers } = tf;
const ROWS = 8;
const y = oneHot([ROWS], 3, "layer classes");

/** Layers between a table, sequence or picture and a softmax. */
interface Trunk {
  readonly shape: readonly number[];
  readonly build: () => readonly tf.layers.Layer[];
}

function trunk(shape: readonly number[], build: Trunk["build"]): Trunk {
  return { shape, build };
}

const TABLE = [5];
const SEQUENCE = [6, 3];
const IMAGE = [6, 6, 2];
const noBias = { useBias: false } as const;

// no bias before a normalisation, which takes it away: its gradient is rounding errors
const TRUNKS: Readonly<Record<string, Trunk>> = {
  "dense, relu": trunk(TABLE, () => [layers.dense({ units: 6, activation: "relu" })]),
  "dense without bias, selu": trunk(TABLE, () => [
    layers.dense({ units: 6, activation: "selu", ...noBias }),
  ]),
  "activation layers": trunk(TABLE, () => [
    layers.dense({ units: 6 }),
    layers.leakyReLU({ alpha: 0.1 }),
    layers.elu(),
    layers.activation({ activation: "softplus" }),
  ]),
  PReLU: trunk(TABLE, () => [layers.dense({ units: 6 }), layers.prelu()]),
  "conv1d with strides": trunk(SEQUENCE, () => [
    layers.conv1d({ filters: 3, kernelSize: 2, strides: 2, padding: "same" }),
    layers.globalMaxPooling1d({}),
  ]),
  "conv1d and pooling": trunk(SEQUENCE, () => [
    layers.conv1d({ filters: 3, kernelSize: 3, activation: "relu" }),
    layers.maxPooling1d({ poolSize: 2 }),
    layers.flatten(),
  ]),
  "conv2d with strides and max pooling": trunk(IMAGE, () => [
    layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
  ]),
  "conv2d and average pooling": trunk(IMAGE, () => [
    layers.conv2d({ filters: 3, kernelSize: [2, 3], activation: "tanh" }),
    layers.averagePooling2d({ poolSize: 2 }),
    layers.flatten(),
  ]),
  "depthwise convolution": trunk(IMAGE, () => [
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: "tanh" }),
    layers.globalAveragePooling2d({}),
  ]),
  "separable convolution": trunk(IMAGE, () => [
    layers.separableConv2d({ filters: 4, kernelSize: 3, activation: "tanh" }),
    layers.globalMaxPooling2d({}),
  ]),
  "transposed convolution": trunk(IMAGE, () => [
    layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, activation: "tanh" }),
    layers.globalAveragePooling2d({}),
  ]),
  "padding, cropping and upsampling": trunk(IMAGE, () => [
    layers.zeroPadding2d({ padding: 1 }),
    layers.conv2d({ filters: 2, kernelSize: 3 }),
    layers.cropping2D({
      cropping: [
        [1, 1],
        [1, 1],
      ],
    }),
    layers.upSampling2d({ size: [2, 2] }),
    layers.flatten(),
  ]),
  "batch normalisation of a table": trunk(TABLE, () => [
    layers.dense({ units: 6, ...noBias }),
    layers.batchNormalization({ momentum: 0.8 }),
    layers.activation({ activation: "tanh" }),
  ]),
  "batch normalisation of images": trunk(IMAGE, () => [
    layers.conv2d({ filters: 3, kernelSize: 3, ...noBias }),
    layers.batchNormalization({ epsilon: 0.01 }),
    layers.activation({ activation: "relu" }),
    layers.flatten(),
  ]),
  "layer normalisation": trunk(TABLE, () => [
    layers.dense({ units: 6, activation: "tanh" }),
    layers.layerNormalization(),
  ]),
  "dropout and noise of rate 0": trunk(TABLE, () => [
    layers.dense({ units: 6, activation: "tanh" }),
    layers.dropout({ rate: 0 }),
    layers.gaussianNoise({ stddev: 0 }),
    layers.gaussianDropout({ rate: 0 }),
    layers.alphaDropout({ rate: 0 }),
  ]),
  "spatial dropout of rate 0": trunk(SEQUENCE, () => [
    layers.spatialDropout1d({ rate: 0 }),
    layers.flatten(),
  ]),
  LSTM: trunk(SEQUENCE, () => [layers.lstm({ units: 3 })]),
  "LSTM, backwards, without unit forget bias": trunk(SEQUENCE, () => [
    layers.lstm({ units: 3, goBackwards: true, unitForgetBias: false }),
  ]),
  "two LSTMs, dropout of rate 0": trunk(SEQUENCE, () => [
    layers.lstm({ units: 3, returnSequences: true, dropout: 0, recurrentDropout: 0 }),
    layers.lstm({ units: 2, activation: "relu" }),
  ]),
  GRU: trunk(SEQUENCE, () => [layers.gru({ units: 3 })]),
  "GRU with regularisers left at none, hard sigmoid": trunk(SEQUENCE, () => [
    layers.gru({ units: 3, recurrentActivation: "hardSigmoid", ...noBias }),
  ]),
  "simple recurrent layer": trunk(SEQUENCE, () => [layers.simpleRNN({ units: 3 })]),
  "stacked cells": trunk(SEQUENCE, () => [
    layers.rnn({ cell: [layers.lstmCell({ units: 3 }), layers.gruCell({ units: 2 })] }),
  ]),
  "bidirectional LSTM": trunk(SEQUENCE, () => [
    layers.bidirectional({ layer: layers.lstm({ units: 2 }), mergeMode: "concat" }),
  ]),
  "bidirectional GRU, summed sequences": trunk(SEQUENCE, () => [
    layers.bidirectional({
      layer: layers.gru({ units: 2, returnSequences: true }),
      mergeMode: "sum",
    }),
    layers.flatten(),
  ]),
  "TimeDistributed dense": trunk(SEQUENCE, () => [
    layers.timeDistributed({ layer: layers.dense({ units: 2, activation: "tanh" }) }),
    layers.flatten(),
  ]),
  "TimeDistributed convolution": trunk([3, 4, 4, 1], () => [
    layers.timeDistributed({ layer: layers.conv2d({ filters: 2, kernelSize: 2 }) }),
    layers.flatten(),
  ]),
  "permuted, repeated and reshaped": trunk(SEQUENCE, () => [
    layers.permute({ dims: [2, 1] }),
    layers.flatten(),
    layers.repeatVector({ n: 2 }),
    layers.reshape({ targetShape: [36] }),
  ]),
  "3-D convolution": trunk([3, 3, 3, 1], () => [
    layers.conv3d({ filters: 2, kernelSize: 2, activation: "tanh" }),
    layers.flatten(),
  ]),
  "convolutional LSTM": trunk([3, 4, 4, 1], () => [
    layers.convLstm2d({ filters: 2, kernelSize: 2 }),
    layers.flatten(),
  ]),
};

function classifier({ shape, build }: Trunk): tf.LayersModel {
  const input = layers.inputLayer({ inputShape: [...shape] });
  const head = layers.dense({ units: 3, activation: "softmax" });
  return inRow([input, ...build(), head], { loss: "categoricalCrossentropy" });
}

/** One case for each kind of layer. */
export const layerKinds: readonly DifferentialCase[] = Object.entries(TRUNKS).map(
  ([name, each]) => ({
    name,
    model: () => classifier(each),
    steps: [inMemory({ x: numbers([ROWS, ...each.shape], name), y })],
  }),
);
