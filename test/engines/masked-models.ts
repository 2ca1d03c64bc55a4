import * as tf from "@tensorflow/tfjs";

type Symbolic = tf.SymbolicTensor;

/** Word ids of the examples, 0 where there is none: the last example has no word at all. */
const WORDS = [
  [1, 2, 0],
  [3, 0, 0],
  [4, 1, 2],
  [0, 0, 0],
];

/** What counts in the loss of each example: its words. */
const MASK = WORDS.map((row) => row.map((id) => Number(id !== 0)));

const random = (seed: number) => tf.initializers.randomUniform({ minval: -0.8, maxval: 0.8, seed });

/** Options of a recurrent layer with weights of its own, the same at each call. */
const recurrent = (units: number) => ({
  units,
  returnSequences: true,
  kernelInitializer: random(units),
  recurrentInitializer: random(units + 1),
});

function embedding(seed: number): tf.layers.Layer {
  const embeddingsInitializer = random(seed);
  return tf.layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true, embeddingsInitializer });
}

function head(): tf.layers.Layer {
  return tf.layers.dense({ units: 2, activation: "softmax", kernelInitializer: random(9) });
}

function through(x: Symbolic, ...layers: readonly tf.layers.Layer[]): Symbolic {
  return layers.reduce((at, layer) => layer.apply(at) as Symbolic, x);
}

function compiled(inputs: Symbolic, outputs: Symbolic): tf.LayersModel {
  const model = tf.model({ inputs, outputs });
  model.compile({ optimizer: tf.train.sgd(0.5), loss: "categoricalCrossentropy" });
  return model;
}

function stacked(...layers: readonly (() => tf.layers.Layer)[]): () => tf.LayersModel {
  return () => {
    const words = tf.input({ shape: [3] });
    const made = layers.map((layer) => layer());
    return compiled(words, through(words, embedding(3), ...made, head()));
  };
}

const { layers } = tf;
const lstm = (): tf.layers.Layer => layers.lstm(recurrent(3));
const gru = (): tf.layers.Layer => layers.gru(recurrent(3));

/** An encoder whose last state a decoder begins with. */
function translator(): tf.LayersModel {
  const words = tf.input({ shape: [3] });
  const encoder = layers.lstm({ ...recurrent(3), returnState: true });
  const [, h, c] = encoder.apply(through(words, embedding(3))) as Symbolic[];
  const decoder = layers.lstm(recurrent(3));
  const read = through(words, embedding(4));
  const said = decoder.apply([read, h as Symbolic, c as Symbolic]) as Symbolic;
  return compiled(words, through(said, head()));
}

/** A model whose recurrent layer stands in a model of its own. */
function withNested(): tf.LayersModel {
  const [words, steps] = [tf.input({ shape: [3] }), tf.input({ shape: [3, 2] })];
  const inner = tf.model({ inputs: steps, outputs: through(steps, gru()) });
  return compiled(words, through(words, embedding(3), inner, head()));
}

/** Two masked readings of the words, merged by a layer. */
function merged(layer: tf.layers.Layer): tf.LayersModel {
  const words = tf.input({ shape: [3] });
  const read = [3, 4].map((seed) => through(words, embedding(seed), lstm()));
  return compiled(words, through(layer.apply(read) as Symbolic, head()));
}

/** A model that makes its mask of numbers inside: zeros where there is no word. */
function masking(): tf.LayersModel {
  const words = tf.input({ shape: [3] });
  const steps = through(words, layers.reshape({ targetShape: [3, 1] }));
  return compiled(words, through(steps, layers.masking({ maskValue: 0 }), lstm(), head()));
}

/** Models with a loss at every step, whose masks are {@link MASK}. */
export const maskedModels = {
  "an LSTM": stacked(lstm),
  "a GRU": stacked(gru),
  "a SimpleRNN": stacked(() => layers.simpleRNN(recurrent(3))),
  "a Bidirectional": stacked(() =>
    layers.bidirectional({ layer: layers.gru(recurrent(2)), mergeMode: "concat" }),
  ),
  "two recurrent layers and dropout": stacked(lstm, () => layers.dropout({ rate: 0 }), gru),
  "a TimeDistributed": stacked(lstm, () =>
    layers.timeDistributed({ layer: layers.dense({ units: 3, kernelInitializer: random(8) }) }),
  ),
  "an encoder and a decoder": translator,
  "a nested model": withNested,
  "two branches added": () => merged(layers.add()),
  "two branches joined": () => merged(layers.concatenate()),
  "a Masking layer": masking,
} satisfies Readonly<Record<string, () => tf.LayersModel>>;

/** The words, and the class of each. */
export function maskedData(): { readonly x: tf.Tensor2D; readonly y: tf.Tensor3D } {
  const classes = WORDS.map((row, i) => row.map((_, t) => ((i + t) % 2 === 0 ? [1, 0] : [0, 1])));
  return { x: tf.tensor2d(WORDS), y: tf.tensor3d(classes) };
}

/** Computes Σ m ℓ / Σ m of every example of a model's output, 0 where there is no word: [B]. */
export function maskedLosses(
  model: tf.LayersModel,
  { x, y }: ReturnType<typeof maskedData>,
): tf.Tensor1D {
  const p = model.apply(x, { training: true }) as tf.Tensor;
  const mask = tf.tensor2d(MASK);
  const losses = tf.mul(mask, tf.neg(tf.sum(tf.mul(y, tf.log(p)), -1)));
  return tf.div(tf.sum(losses, 1), tf.maximum(tf.sum(mask, 1), 1));
}
