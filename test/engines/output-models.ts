import * as tf from "@tensorflow/tfjs";

/** A compiled model with data for it, made anew at each call, always with the same weights. */
export interface FitCase {
  readonly model: tf.LayersModel;
  readonly x: tf.Tensor | tf.Tensor[];
  readonly y: tf.Tensor | tf.Tensor[];
}

type Symbolic = tf.SymbolicTensor;
type Activation = "sigmoid" | "softmax" | "tanh";

/** A layer whose weights have numbers of their own, the same at each call. */
export function seeded(units: number, activation?: Activation): tf.layers.Layer {
  const kernelInitializer = tf.initializers.randomUniform({ minval: -1, maxval: 1, seed: units });
  return tf.layers.dense({ units, kernelInitializer, ...(activation && { activation }) });
}

function through(x: Symbolic, ...layers: readonly tf.layers.Layer[]): Symbolic {
  return layers.reduce((at, layer) => layer.apply(at) as Symbolic, x);
}

/** A model of its own around layers. */
function nested(shape: number[], ...layers: readonly tf.layers.Layer[]): tf.LayersModel {
  const input = tf.input({ shape });
  return tf.model({ inputs: input, outputs: through(input, ...layers) });
}

/** Compiles a model with a cross entropy on its first output and squared errors on the others. */
function compiled(inputs: Symbolic, outputs: Symbolic[]): tf.LayersModel {
  const model = tf.model({ inputs, outputs });
  const [, ...others] = outputs;
  const loss = ["binaryCrossentropy", ...others.map(() => "meanSquaredError")];
  model.compile({ optimizer: tf.train.sgd(0.1), loss });
  return model;
}

/** An output of a Sequential that is an input of a layer, with all weights 1: what each is by hand is easy to tell. */
function headOfOnes(): FitCase {
  const args = { units: 1, kernelInitializer: "ones" as const, inputShape: [1] };
  const head = tf.sequential({ layers: [tf.layers.dense({ ...args, activation: "sigmoid" })] });
  const input = tf.input({ shape: [1] });
  const p = through(input, head);
  const q = through(p, tf.layers.dense(args));
  const y = [tf.tensor2d([1, 1, 0, 1], [4, 1]), tf.zeros([4, 1])];
  return { model: compiled(input, [p, q]), x: tf.tensor2d([1, 2, -1, 3], [4, 1]), y };
}

const ROWS = 4;

function rows(...shape: number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, ROWS);
  const values = Float32Array.from({ length: size }, (_, at) => Math.sin(1 + 1.7 * at));
  return tf.tensor(values, [ROWS, ...shape]);
}

function bits(...shape: number[]): tf.Tensor {
  return tf.cast(tf.greater(rows(...shape), 0.2), "float32");
}

/** Models whose first output has a cross entropy, the others squared errors, on inputs of one shape. */
function on(shape: number[], build: (x: Symbolic) => Symbolic[]): () => FitCase {
  return () => {
    const input = tf.input({ shape });
    const model = compiled(input, build(input));
    const shapes = model.outputs.map((output) => output.shape.slice(1) as number[]);
    const y = shapes.map((each, at) => (at === 0 ? bits(...each) : rows(...each)));
    return { model, x: rows(...shape), y };
  };
}

const onVectors = (build: (x: Symbolic) => Symbolic[]): (() => FitCase) => on([3], build);

function inTime(layer: tf.layers.Layer): tf.layers.Layer {
  return tf.layers.timeDistributed({ layer });
}

function withTwoOutputs(): tf.LayersModel {
  const input = tf.input({ shape: [3] });
  return tf.model({
    inputs: input,
    outputs: [seeded(2, "sigmoid"), seeded(3, "tanh")].map((layer) => through(input, layer)),
  });
}

/** A dense layer that goes on after its activation, under the name of the class that it comes from. */
function halved(): tf.layers.Layer {
  const layer = seeded(2, "sigmoid");
  const call = layer.call.bind(layer);
  const half = (...args: Parameters<typeof call>): tf.Tensor =>
    tf.mul(call(...args) as tf.Tensor, 0.5);
  return Object.assign(layer, { call: half });
}

/** A linear model of the absolute error, whose gradient at the output has the same norm for every example. */
export function absoluteCase(): FitCase {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [3], kernelInitializer: "ones" })],
  });
  model.compile({ optimizer: tf.train.sgd(0.05), loss: "meanAbsoluteError" });
  return { model, x: rows(3), y: rows(1) };
}

/** Models whose outputs other layers depend on, or whose last layers are called elsewhere too. */
export const outputModels: Readonly<Record<string, () => FitCase>> = {
  "an output of a Sequential that feeds a layer": headOfOnes,
  "an output of a TimeDistributed that feeds a layer": on([2, 3], (x) => {
    const p = through(x, inTime(seeded(1, "sigmoid")));
    return [p, through(p, inTime(seeded(2)))];
  }),
  "an output of nested models that feeds a nested model": onVectors((x) => {
    const p = through(x, nested([3], nested([3], seeded(2, "sigmoid"))));
    return [p, through(p, nested([2], seeded(1)))];
  }),
  "an output that feeds the layers of another before it is one": onVectors((x) => {
    const p = through(x, seeded(2, "sigmoid"));
    return [p, through(p, seeded(4, "tanh"), seeded(1)), through(p, seeded(3))];
  }),
  "a last layer that is also a hidden one": onVectors((x) => {
    const twice = seeded(3, "sigmoid");
    return [through(x, twice, twice), through(x, seeded(1))];
  }),
  "a last layer that a nested model calls too": onVectors((x) => {
    const shared = seeded(3, "sigmoid");
    const inner = nested([3], shared);
    return [through(x, shared), through(x, inner, seeded(1))];
  }),
  "a last layer that a wrapper calls too": onVectors((x) => {
    const shared = seeded(3, "sigmoid");
    const steps = through(x, tf.layers.repeatVector({ n: 2 }));
    return [through(x, shared), through(steps, inTime(shared), tf.layers.flatten())];
  }),
  "a nested model that is called twice": onVectors((x) => {
    const twice = nested([3], seeded(3, "sigmoid"));
    return [through(x, twice, twice), through(x, seeded(1))];
  }),
  "a last layer with two outputs": onVectors((x) => {
    const shared = seeded(3, "sigmoid");
    return [through(x, shared), through(x, seeded(3, "tanh"), shared)];
  }),
  "one of two outputs of a nested model": onVectors((x) => {
    const [p, t] = withTwoOutputs().apply(x) as Symbolic[];
    return [p as Symbolic, through(t as Symbolic, seeded(1))];
  }),
  "both outputs of a nested model, of which one feeds a layer": onVectors((x) => {
    const [p, t] = withTwoOutputs().apply(x) as Symbolic[];
    return [p as Symbolic, t as Symbolic, through(p as Symbolic, seeded(1))];
  }),
  "a last layer that goes on after its activation": onVectors((x) => [through(x, halved())]),
  "an output that is an input": onVectors((x) => [through(x, seeded(2, "sigmoid")), x]),
};
