import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  expectExactNorms,
  modelOf,
  numbers,
  type NormCase,
} from "../../testing/gradient-norm-oracle.js";
import { gradientNorms } from "./gradient-norm.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

type Symbolic = tf.SymbolicTensor;

/** A layer that tfjs does not have. */
function custom(name: string, parts: object): tf.layers.Layer {
  const layer = tf.layers.activation({ activation: "linear", name });
  return Object.assign(layer, { getClassName: () => "Custom", ...parts });
}

/** Lets a test make a layer of its own without deriving a class. */
interface Buildable {
  readonly addWeight: (
    name: string,
    shape: number[],
    dtype: "float32",
    initializer: unknown,
  ) => tf.LayerVariable;
}

/** y = s x, with a factor for each feature. */
function scale(name: string): tf.layers.Layer {
  let factor: tf.LayerVariable | undefined;
  const layer = custom(name, {
    build: (shape: number[]) => {
      const features = shape.at(-1) ?? 1;
      const buildable = layer as unknown as Buildable;
      factor = buildable.addWeight("s", [features], "float32", tf.initializers.ones());
      layer.built = true;
    },
    call: (x: tf.Tensor | tf.Tensor[]) => tf.mul([x].flat()[0] ?? 0, factor?.read() ?? 0),
  });
  return layer;
}

/** Moves the second axis first, so that the examples are no longer there. */
function turn(name: string): tf.layers.Layer {
  return custom(name, {
    call: (x: tf.Tensor | tf.Tensor[]) => tf.transpose([x].flat()[0] as tf.Tensor, [1, 0, 2]),
  });
}

function apply(layer: tf.layers.Layer, x: Symbolic): Symbolic {
  return layer.apply(x) as Symbolic;
}

function dense(units: number): tf.layers.Layer {
  return tf.layers.dense({ units, activation: "tanh" });
}

/** Multiplies by another layer's transposed kernel, as tied autoencoders do. */
function decoder(encoder: tf.layers.Layer): tf.layers.Layer {
  const { kernel } = encoder as unknown as { kernel: { read: () => tf.Tensor } };
  return Object.assign(tf.layers.activation({ activation: "linear", name: "decoder" }), {
    _trainableWeights: [kernel],
    computeOutputShape: () => [null, 6],
    call: (inputs: tf.Tensor | tf.Tensor[]) =>
      tf.matMul([inputs].flat()[0] as tf.Tensor, kernel.read(), false, true),
  });
}

interface LoopCase extends NormCase {
  /** The layers that the note names. */
  readonly named: string;
}

const cases: Record<string, () => LoopCase> = {
  "a layer of one's own": () => ({
    model: modelOf([4], (x) => apply(scale("mine"), apply(dense(3), x))),
    x: numbers([4]),
    named: "mine (Custom)",
  }),
  "the same inside TimeDistributed": () => {
    const layer = tf.layers.timeDistributed({ layer: scale("inner") });
    return {
      model: modelOf([3, 4], (x) => apply(layer, x)),
      x: numbers([3, 4]),
      named: "inner (Custom)",
    };
  },
  "a layer of tfjs that has no identity": () => {
    const layer = tf.layers.convLstm2d({ filters: 2, kernelSize: 2, name: "film" });
    const model = modelOf([3, 4, 4, 1], (x) => apply(layer, x));
    return { model, x: numbers([3, 4, 4, 1]), named: "film (ConvLSTM2D)" };
  },
  "a Dense layer whose call was changed": () => {
    const layer = tf.layers.dense({ units: 3, name: "changed" });
    const call = layer.call.bind(layer);
    Object.assign(layer, {
      call: (inputs: tf.Tensor, kwargs: object) => tf.mul(call(inputs, kwargs) as tf.Tensor, 2),
    });
    return {
      model: modelOf([4], (x) => apply(layer, x)),
      x: numbers([4]),
      named: "changed (Dense)",
    };
  },
  "a kernel that a layer of another kind uses too": () => {
    const encoder = tf.layers.dense({ units: 4, activation: "tanh", name: "encoder" });
    const input = tf.input({ shape: [6] });
    const code = apply(encoder, input);
    const model = tf.model({ inputs: input, outputs: apply(decoder(encoder), code) });
    return { model, x: numbers([6]), named: "encoder (Dense), decoder (Activation)" };
  },
  "a Dense layer that is called with the examples along another axis": () => {
    const layer = tf.layers.dense({ units: 3, name: "turned" });
    const model = modelOf([4, 2], (x) =>
      apply(turn("back"), apply(layer, apply(turn("there"), x))),
    );
    return { model, x: numbers([4, 2]), named: "turned (Dense)" };
  },
};

describe.each(Object.entries(cases))("%s", (_name, make) => {
  test("takes a backward pass per example, is named, and the norms are right", async () => {
    const { named, ...given } = make();
    const { notes, passes } = await expectExactNorms(given);
    expect(notes).toEqual([expect.stringContaining(`no identity covers ${named}.`)]);
    expect(passes).toBe(1 + 5);
  });
});

test("variables that no layer holds are named themselves", async () => {
  const [w, unused] = [
    tf.variable(tf.ones([3, 1]), true, "w"),
    tf.variable(tf.ones([2]), true, "u"),
  ];
  const x = numbers([3]);
  const notes: string[] = [];
  const before = tf.memory().numTensors;
  const norms = await gradientNorms({
    layers: [],
    variables: [w, unused],
    size: 5,
    losses: ({ begin, size } = { begin: 0, size: 5 }) =>
      tf.squeeze(tf.matMul(tf.slice(x, begin, size), w as tf.Tensor2D), [1]),
    note: (message) => notes.push(message),
  });
  expect(tf.memory().numTensors).toBe(before);
  expect(notes).toEqual([expect.stringContaining("no identity covers w.")]);
  const expected = tf.norm(x, 2, 1).arraySync() as number[];
  expected.forEach((norm, row) => expect(norms[row]).toBeCloseTo(norm, 5));
});
