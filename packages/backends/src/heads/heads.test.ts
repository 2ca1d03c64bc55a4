import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { absoluteError } from "./absolute-error.js";
import { compiledLoss, type LossFunction } from "./compiled-loss.js";
import type { Head } from "./head.js";
import { sigmoidCrossEntropy } from "./sigmoid-cross-entropy.js";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.js";
import { squaredError } from "./squared-error.js";
import { weighPositions } from "./weigh-positions.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const random = createRandom(5);

function numbers(shape: number[], scale: number): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => scale * (2 * random.uniform() - 1)),
    shape,
  );
}

function classes(shape: number[], count: number): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(
    Int32Array.from({ length: size }, () => random.integer(count)),
    shape,
    "int32",
  );
}

function oneHot(ids: tf.Tensor, count: number): tf.Tensor {
  return tf.cast(tf.oneHot(ids as tf.Tensor1D, count), "float32");
}

const cases: { name: string; head: Head; z: tf.Tensor; y: tf.Tensor; mask?: tf.Tensor }[] = [
  {
    name: "softmax",
    head: softmaxCrossEntropy({ sparse: false }),
    z: numbers([6, 5], 4),
    y: oneHot(classes([6], 5), 5),
  },
  {
    name: "softmax, Σy ≠ 1",
    head: softmaxCrossEntropy({ sparse: false }),
    z: numbers([6, 5], 4),
    y: tf.abs(numbers([6, 5], 1)),
  },
  {
    name: "sparse softmax",
    head: softmaxCrossEntropy({ sparse: true }),
    z: numbers([6, 5], 4),
    y: classes([6, 1], 5),
  },
  {
    name: "softmax over steps",
    head: softmaxCrossEntropy({ sparse: true }),
    z: numbers([4, 3, 5], 4),
    y: classes([4, 3, 1], 5),
  },
  {
    name: "sigmoid",
    head: sigmoidCrossEntropy(),
    z: numbers([6, 3], 6),
    y: tf.cast(classes([6, 3], 2), "float32"),
  },
  {
    name: "sigmoid over steps",
    head: sigmoidCrossEntropy(),
    z: numbers([4, 3, 2], 6),
    y: tf.cast(classes([4, 3, 2], 2), "float32"),
  },
  { name: "squared error", head: squaredError(), z: numbers([6, 3], 2), y: numbers([6, 3], 2) },
  {
    name: "squared error over steps",
    head: squaredError(),
    z: numbers([4, 5, 3], 2),
    y: numbers([4, 5, 3], 2),
  },
  { name: "absolute error", head: absoluteError(), z: numbers([6, 3], 2), y: numbers([6, 3], 2) },
  {
    name: "squared error under masks, one of them empty",
    head: squaredError(),
    z: numbers([3, 4, 2], 2),
    y: numbers([3, 4, 2], 2),
    mask: tf.tensor2d(
      [
        [1, 1, 0, 0],
        [0, 0, 0, 0],
        [1, 1, 1, 1],
      ],
      [3, 4],
      "bool",
    ),
  },
  {
    name: "softmax, classes weighed",
    head: weighPositions(softmaxCrossEntropy({ sparse: false }), {
      ...{ weights: [1, 0, 4, 0.5, 2], coding: "shares" },
    }),
    z: numbers([6, 5], 4),
    y: oneHot(classes([6], 5), 5),
  },
  {
    name: "sparse softmax over pixels under masks, classes weighed",
    head: weighPositions(softmaxCrossEntropy({ sparse: true }), {
      ...{ weights: [1, 0, 4, 0.5, 2], coding: "ids" },
    }),
    z: numbers([3, 2, 2, 5], 4),
    y: classes([3, 2, 2, 1], 5),
    mask: tf.cast(classes([3, 2, 2], 2), "bool"),
  },
  {
    name: "sigmoid over steps, classes weighed",
    head: weighPositions(sigmoidCrossEntropy(), { weights: [1, 5], coding: "share" }),
    z: numbers([4, 3, 1], 6),
    y: tf.cast(classes([4, 3, 1], 2), "float32"),
  },
];

describe.each(cases)("$name", ({ head, z, y, mask }) => {
  test("its closed-form gradient equals autodiff to 1e-5", () => {
    const autodiff = tf
      .grad((at: tf.Tensor) => tf.sum(head.losses(at, y, mask)))(z)
      .dataSync();
    const closed = head.gradient(z, y, mask).dataSync();
    expect(closed.length).toBe(autodiff.length);
    closed.forEach((value, at) =>
      expect(Math.abs(value - (autodiff[at] as number))).toBeLessThanOrEqual(1e-5),
    );
  });
});

/** The built-in losses of tfjs layers, reached through a compiled model. */
function builtIn(name: string): LossFunction {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  model.compile({ optimizer: "sgd", loss: name });
  const { lossFunctions } = (model as unknown as { model: { lossFunctions: LossFunction[] } })
    .model;
  return lossFunctions[0] as LossFunction;
}

test.each([
  ["softmax", "categoricalCrossentropy"],
  ["sparse softmax", "sparseCategoricalCrossentropy"],
  ["sigmoid", "binaryCrossentropy"],
  ["squared error", "meanSquaredError"],
  ["absolute error", "meanAbsoluteError"],
])("the losses of %s equal tfjs's own to 1e-5 where nothing is clipped", (name, loss) => {
  const { head, z, y } = cases.find((each) => each.name === name) as (typeof cases)[number];
  const ours = head.losses(z, y).dataSync();
  const theirs = builtIn(loss)(tf.cast(y, "float32"), head.predictions(z)).dataSync();
  ours.forEach((value, at) =>
    expect(Math.abs(value - (theirs[at] as number))).toBeLessThanOrEqual(1e-5),
  );
});

test("a confident mistake keeps its gradient, which the compiled loss clips to 0", () => {
  const z = tf.tensor2d([[60, 0, 0]]);
  const y = tf.tensor2d([[0, 1, 0]]);
  const fromLogits = softmaxCrossEntropy({ sparse: false });
  const compiled = compiledLoss(builtIn("categoricalCrossentropy"), (at) => tf.softmax(at));
  expect(tf.norm(fromLogits.gradient(z, y)).dataSync()[0]).toBeCloseTo(Math.SQRT2, 5);
  expect(tf.norm(compiled.gradient(z, y)).dataSync()[0]).toBe(0);
  expect(fromLogits.losses(z, y).dataSync()[0]).toBeCloseTo(60, 4);
});

test("a loss that is not per example is a coded error", () => {
  const head = compiledLoss(
    (y, p) => tf.losses.meanSquaredError(y, p),
    (at) => at,
  );
  expect(() => head.losses(tf.ones([4, 2]), tf.zeros([4, 2]))).toThrow(
    /one number for each of the 4 examples/,
  );
});
