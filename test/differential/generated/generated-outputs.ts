import * as tf from "@tensorflow/tfjs";
import { integers, numbers, oneHot, type Columns } from "../columns.js";
import { apply } from "../compiled.js";

/** A loss by name or as a function. */
type Loss = string | ((y: tf.Tensor, p: tf.Tensor) => tf.Tensor);

/** One form of outputs: the targets, the layers that end in them, and the losses that suit. */
export interface GeneratedOutputs {
  readonly columns: (rows: number, seed: string) => Columns;
  readonly build: (code: tf.SymbolicTensor) => tf.SymbolicTensor[];
  readonly losses: readonly (Loss | Loss[] | Record<string, Loss>)[];
  /** Number of classes, where there is one output that classes may be weighed by. */
  readonly classes?: number;
}

const { layers } = tf;

type Activation = "softmax" | "sigmoid" | "linear";

function head(name: string, units: number, activation: Activation = "linear"): tf.layers.Layer {
  return layers.dense({ name, units, activation });
}

const kinds = (rows: number, seed: string) => oneHot([rows], 3, `${seed} kinds`);
const sizes = (rows: number, seed: string) => numbers([rows, 2], `${seed} sizes`);
const flags = (rows: number, seed: string) => integers([rows, 1], 2, `${seed} flags`);

/** Mean fourth power of the error, [B, D] → [B]. */
function quartic(y: tf.Tensor, p: tf.Tensor): tf.Tensor {
  return tf.mean(tf.pow(tf.sub(y, p), 4), -1);
}

function feeding(code: tf.SymbolicTensor): tf.SymbolicTensor[] {
  const flag = apply(head("flag", 1, "sigmoid"), code);
  return [flag, apply(head("size", 2), flag)];
}

/** One layer makes both outputs. */
function twice(code: tf.SymbolicTensor): tf.SymbolicTensor[] {
  const kind = head("kind", 3, "softmax");
  return [code, apply(layers.activation({ activation: "relu" }), code)].map((each) =>
    apply(kind, each),
  );
}

/** The forms of outputs that cases are generated of. */
export const GENERATED_OUTPUTS: Readonly<Record<string, GeneratedOutputs>> = {
  "a class": {
    columns: kinds,
    build: (code) => [apply(head("kind", 3, "softmax"), code)],
    losses: ["categoricalCrossentropy", "meanSquaredError", { kind: "categoricalCrossentropy" }],
    classes: 3,
  },
  "a class of a Softmax layer": {
    columns: kinds,
    build: (code) => [apply(layers.softmax({ name: "kind" }), apply(head("z", 3), code))],
    losses: ["categoricalCrossentropy", "kullbackLeiblerDivergence"],
    classes: 3,
  },
  sizes: {
    columns: sizes,
    build: (code) => [apply(head("size", 2), code)],
    losses: ["meanSquaredError", "meanAbsoluteError", "logcosh", quartic, [quartic]],
  },
  "a flag": {
    columns: flags,
    build: (code) => [apply(head("flag", 1, "sigmoid"), code)],
    losses: ["binaryCrossentropy", ["meanSquaredError"]],
    classes: 2,
  },
  "a class and sizes": {
    columns: (rows, seed) => [kinds(rows, seed), sizes(rows, seed)],
    build: (code) => [head("kind", 3, "softmax"), head("size", 2)].map((each) => apply(each, code)),
    losses: [
      ["categoricalCrossentropy", "meanSquaredError"],
      { size: quartic, kind: "categoricalCrossentropy" },
    ],
  },
  "a class and sizes by name": {
    columns: (rows, seed) => ({ size: sizes(rows, seed), kind: kinds(rows, seed) }),
    build: (code) => [head("kind", 3, "softmax"), head("size", 2)].map((each) => apply(each, code)),
    losses: ["meanSquaredError", { size: "meanAbsoluteError", kind: "meanSquaredError" }],
  },
  "a flag that sizes are made of": {
    columns: (rows, seed) => [flags(rows, seed), sizes(rows, seed)],
    build: feeding,
    losses: [["binaryCrossentropy", "meanSquaredError"]],
  },
  "two classes of one layer": {
    columns: (rows, seed) => [kinds(rows, seed), kinds(rows, `${seed} other`)],
    build: twice,
    losses: ["categoricalCrossentropy"],
  },
};
