import * as tf from "@tensorflow/tfjs";
import { integers, numbers, oneHot } from "../columns.js";
import { apply, graph, inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { inMemory } from "../steps.js";

const { layers } = tf;
const ROWS = 12;
const x = numbers([ROWS, 4], "x");
const y = oneHot([ROWS], 3, "kinds");
const loss = "categoricalCrossentropy";
const words = integers([ROWS, 5], 6, "masked words");

function hidden(trainable = true): tf.layers.Layer {
  return layers.dense({ units: 5, activation: "tanh", inputShape: [4], trainable });
}

function head(): tf.layers.Layer {
  return layers.dense({ units: 3, activation: "softmax" });
}

function base(): tf.Sequential {
  const normalised = layers.batchNormalization();
  return tf.sequential({ layers: [hidden(), normalised, layers.dense({ units: 4 })] });
}

function frozen(): tf.LayersModel {
  const layer = base();
  layer.trainable = false;
  const input = tf.input({ shape: [4] });
  return graph({ inputs: input, outputs: apply(head(), apply(layer, input)) }, { loss });
}

/** A Sequential thaws a frozen model that it begins with: a fault of TensorFlow.js 4.22, of which a note tells. */
function frozenFirst(): tf.LayersModel {
  const layer = base();
  layer.trainable = false;
  return inRow([layer, head()], { loss });
}

function frozenLayers(): tf.LayersModel {
  const layer = base();
  for (const each of layer.layers) each.trainable = false;
  return inRow([layer, head()], { loss });
}

function masked(recurrent: () => tf.layers.Layer, sequences: boolean): tf.LayersModel {
  const embedding = layers.embedding({ inputDim: 6, outputDim: 3, inputLength: 5, maskZero: true });
  return inRow([embedding, recurrent(), ...(sequences ? [layers.flatten()] : []), head()], {
    loss,
  });
}

function residual(): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const block = (from: tf.SymbolicTensor): tf.SymbolicTensor =>
    apply(layers.add(), [from, apply(layers.dense({ units: 4, activation: "relu" }), from)]);
  return graph({ inputs: input, outputs: apply(head(), block(block(input))) }, { loss });
}

function merged(): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const branch = (activation: "tanh" | "sigmoid") =>
    apply(layers.dense({ units: 4, activation }), input);
  const pair = (): tf.SymbolicTensor[] => [branch("tanh"), branch("sigmoid")];
  const merges = [
    layers.average(),
    layers.maximum(),
    layers.minimum(),
    layers.multiply(),
    layers.dot({ axes: -1 }),
  ];
  const joined = apply(
    layers.concatenate(),
    merges.map((merge) => apply(merge, pair())),
  );
  return graph({ inputs: input, outputs: apply(head(), joined) }, { loss });
}

/** One nested model is applied to both inputs. */
function sharedModel(): tf.LayersModel {
  const inputs = ["a", "b"].map((name) => tf.input({ shape: [4], name }));
  const encoder = base();
  const joined = apply(
    layers.concatenate(),
    inputs.map((input) => apply(encoder, input)),
  );
  return graph({ inputs, outputs: apply(head(), joined) }, { loss });
}

function tied(): tf.LayersModel {
  const layer = layers.dense({ units: 4, activation: "tanh" });
  const input = tf.input({ shape: [4] });
  const twice = apply(layer, apply(layer, input));
  return graph({ inputs: input, outputs: apply(head(), twice) }, { loss });
}

function regularised(): tf.LayersModel {
  const { l1, l2, l1l2 } = tf.regularizers;
  return inRow(
    [
      layers.dense({
        ...{ units: 5, activation: "tanh", inputShape: [4] },
        ...{ kernelRegularizer: l2({ l2: 0.05 }), biasRegularizer: l1({ l1: 0.02 }) },
      }),
      layers.dense({ units: 3, activation: "softmax", kernelRegularizer: l1l2() }),
    ],
    { loss, metrics: ["accuracy"] },
  );
}

function constrained(): tf.LayersModel {
  const { maxNorm, nonNeg, unitNorm } = tf.constraints;
  return inRow(
    [
      layers.dense({
        ...{ units: 5, activation: "tanh", inputShape: [4] },
        ...{ kernelConstraint: maxNorm({ maxValue: 0.5, axis: 0 }), biasConstraint: nonNeg() },
      }),
      layers.dense({ units: 3, activation: "softmax", kernelConstraint: unitNorm({ axis: 0 }) }),
    ],
    { loss },
  );
}

/** Scales by a weight of its own: f(x) = x (1 + g²). */
// eslint-disable-next-line no-restricted-syntax -- layers of TensorFlow.js are classes
class Gain extends tf.layers.Layer {
  static readonly className = "DifferentialGain";

  override build(shape: tf.Shape): void {
    this.addWeight("gain", [shape.at(-1) as number], "float32", tf.initializers.zeros());
    super.build(shape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [first] = [inputs].flat();
      const gain = this.weights[0]?.read() as tf.Tensor;
      return tf.mul(first as tf.Tensor, tf.add(1, tf.square(gain)));
    });
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
}

const data = { x, y };

/** How layers may be put together. */
export const structures: readonly DifferentialCase[] = [
  { name: "a frozen base", model: frozen, steps: [inMemory(data)] },
  {
    name: "a frozen base at the beginning of a Sequential, which TensorFlow.js trains",
    model: frozenFirst,
    steps: [inMemory(data)],
  },
  { name: "a base whose layers are frozen", model: frozenLayers, steps: [inMemory(data)] },
  {
    name: "a frozen layer",
    model: () => inRow([hidden(false), head()], { loss }),
    steps: [inMemory(data)],
  },
  {
    name: "a nested model",
    model: () => inRow([base(), head()], { loss }),
    steps: [inMemory(data)],
  },
  {
    name: "a nested model applied to two inputs",
    model: sharedModel,
    steps: [inMemory({ x: [x, numbers([ROWS, 4], "b")], y })],
  },
  { name: "a layer applied twice", model: tied, steps: [inMemory(data)] },
  { name: "residual blocks", model: residual, steps: [inMemory(data)] },
  { name: "merging layers", model: merged, steps: [inMemory(data)] },
  {
    name: "regularisers",
    model: regularised,
    steps: [inMemory(data, { validationSplit: 1 / 3 })],
    differing: { loss: "loss-without-regularisers" },
  },
  { name: "constraints", model: constrained, steps: [inMemory(data)] },
  {
    name: "a layer of one's own",
    model: () => inRow([hidden(), new Gain({}), head()], { loss }),
    steps: [inMemory(data)],
  },
  {
    name: "masked words before an LSTM",
    model: () => masked(() => layers.lstm({ units: 3 }), false),
    steps: [inMemory({ x: words, y })],
  },
  {
    name: "masked words before a GRU that returns sequences",
    model: () => masked(() => layers.gru({ units: 3, returnSequences: true }), true),
    steps: [inMemory({ x: words, y })],
  },
  {
    name: "masked steps before a bidirectional LSTM",
    model: () =>
      inRow(
        [
          layers.masking({ maskValue: 0, inputShape: [4, 2] }),
          layers.bidirectional({ layer: layers.lstm({ units: 2 }), mergeMode: "concat" }),
          head(),
        ],
        { loss },
      ),
    steps: [inMemory({ x: integers([ROWS, 4, 2], 2, "gaps"), y })],
  },
];
