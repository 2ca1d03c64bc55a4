import * as tf from "@tensorflow/tfjs";
import { integers, numbers, type Column, type Columns } from "../columns.js";
import { apply } from "../compiled.js";

/** One form of inputs: the data, and layers that make a vector of each example. */
export interface GeneratedInputs {
  readonly columns: (rows: number, seed: string) => Columns;
  readonly build: () => {
    readonly inputs: tf.SymbolicTensor[];
    readonly code: tf.SymbolicTensor;
  };
}

const { layers } = tf;
const TABLE = [4];
const SEQUENCE = [3, 2];

function one(
  shape: readonly number[],
  encode: () => readonly tf.layers.Layer[],
  draw: (shape: readonly number[], seed: string) => Column = numbers,
): GeneratedInputs {
  return {
    columns: (rows, seed) => draw([rows, ...shape], seed),
    build: () => {
      const input = tf.input({ shape: [...shape], name: "x" });
      const code = encode().reduce((at, layer) => apply(layer, at), input);
      return { inputs: [input], code };
    },
  };
}

function tableAndSequence(): ReturnType<GeneratedInputs["build"]> {
  const table = tf.input({ shape: TABLE, name: "table" });
  const sequence = tf.input({ shape: SEQUENCE, name: "sequence" });
  const read = apply(layers.gru({ units: 2 }), sequence);
  return { inputs: [table, sequence], code: apply(layers.concatenate(), [table, read]) };
}

function siblings(): ReturnType<GeneratedInputs["build"]> {
  const inputs = ["a", "b"].map((name) => tf.input({ shape: TABLE, name }));
  const encoder = layers.dense({ units: 3, activation: "tanh" });
  const codes = inputs.map((input) => apply(encoder, input));
  return { inputs, code: apply(layers.multiply(), codes) };
}

const table = (rows: number, seed: string) => numbers([rows, ...TABLE], `${seed} table`);
const sequence = (rows: number, seed: string) => numbers([rows, ...SEQUENCE], `${seed} sequence`);

/** The forms of inputs that cases are generated of. */
export const GENERATED_INPUTS: Readonly<Record<string, GeneratedInputs>> = {
  "a table": one(TABLE, () => [layers.dense({ units: 4, activation: "tanh" })]),
  "a normalised table": one(TABLE, () => [
    layers.dense({ units: 4, useBias: false }),
    layers.batchNormalization(),
    layers.activation({ activation: "sigmoid" }),
  ]),
  images: one([4, 4, 1], () => [
    layers.conv2d({ filters: 2, kernelSize: 2, activation: "tanh" }),
    layers.maxPooling2d({ poolSize: 2, strides: 1 }),
    layers.flatten(),
  ]),
  sequences: one(SEQUENCE, () => [layers.lstm({ units: 3 })]),
  "sequences read both ways": one(SEQUENCE, () => [
    layers.bidirectional({ layer: layers.gru({ units: 2 }), mergeMode: "concat" }),
  ]),
  words: one(
    [4],
    () => [
      layers.embedding({ inputDim: 6, outputDim: 3, maskZero: true }),
      layers.lstm({ units: 3 }),
    ],
    (shape, seed) => integers(shape, 6, seed),
  ),
  "a table and a sequence in a list": {
    columns: (rows, seed) => [table(rows, seed), sequence(rows, seed)],
    build: tableAndSequence,
  },
  "a table and a sequence by name": {
    columns: (rows, seed) => ({ sequence: sequence(rows, seed), table: table(rows, seed) }),
    build: tableAndSequence,
  },
  "two tables of one encoder": {
    columns: (rows, seed) => [table(rows, `${seed} a`), table(rows, `${seed} b`)],
    build: siblings,
  },
};
