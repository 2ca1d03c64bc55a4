import * as tf from "@tensorflow/tfjs";
import { cpu, wasm } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import {
  classes,
  classifier,
  expectClose,
  quiet,
  SIZE,
  uniform,
} from "../../testing/fit-fixtures.js";
import { ImportanceTraining } from "../importance-training.js";
import type { FitOptions } from "./fit-options.js";

const ordered = { ...quiet, shuffle: false, batchSize: 24 } as const;
const classWeight = { 0: 3, 1: 1, 2: 0.25 };
const IMAGES = 12;

type Loss = (y: tf.Tensor, p: tf.Tensor) => tf.Tensor;

const seeded = (seed: number): never => tf.initializers.glorotUniform({ seed }) as never;

/** One convolution of 1 × 1: every pixel has a class of its own. */
function pixels(filters: number, loss: string | Loss): tf.LayersModel {
  const model = tf.sequential();
  const activation = filters === 1 ? "sigmoid" : "softmax";
  const kernelInitializer = seeded(4);
  model.add(
    tf.layers.conv2d({
      filters,
      activation,
      kernelInitializer,
      kernelSize: 1,
      inputShape: [3, 4, 2],
    }),
  );
  model.compile({ optimizer: tf.train.sgd(0.5), loss: loss });
  return model;
}

function images(): tf.Tensor4D {
  return tf.tidy(() =>
    tf.reshape(tf.sin(tf.mul(tf.range(0, IMAGES * 24), 1.7)), [IMAGES, 3, 4, 2]),
  );
}

/** Class ids of pixels, [IMAGES, 3, 4, 1]. */
function masks(count: number): tf.Tensor4D {
  const ids = Array.from({ length: IMAGES * 12 }, (_, at) => (at * at + (at >> 2)) % count);
  return tf.tensor4d(ids, [IMAGES, 3, 4, 1]);
}

function oneHot(ids: tf.Tensor): tf.Tensor {
  return tf.cast(tf.oneHot(tf.cast(tf.squeeze(ids, [-1]), "int32") as never, 3), "float32");
}

/** −w(class) log p of every pixel, [B, 3, 4], by hand; y one-hot, as tfjs has it under a loss of one's own. */
function crossEntropyOf(weights: readonly number[]): Loss {
  return (y, p) => {
    const each = tf.neg(tf.sum(tf.mul(y, tf.log(p)), -1));
    return tf.mul(each, tf.sum(tf.mul(y, [...weights]), -1));
  };
}

/** −w(y) log p of every pixel for targets y in [0, 1], w by whether y is over a half. */
function binaryOf([low = 1, high = 1]: readonly number[]): Loss {
  return (y, p) => {
    const one = tf.mul(y, tf.log(p));
    const zero = tf.mul(tf.sub(1, y), tf.log(tf.sub(1, p)));
    const weight = tf.add(low, tf.mul(high - low, tf.cast(tf.greater(y, 0.5), "float32")));
    return tf.squeeze(tf.mul(tf.neg(tf.add(one, zero)), weight), [-1]);
  };
}

async function weightsOf(model: tf.LayersModel): Promise<number[]> {
  const all = await Promise.all(model.getWeights().map(async (each) => [...(await each.data())]));
  return all.flat();
}

async function expectSame(
  [x, y, given = y]: [tf.Tensor, tf.Tensor, tf.Tensor?],
  [model, options]: [tf.LayersModel, FitOptions],
  [plain, theirs]: [tf.LayersModel, object],
): Promise<void> {
  const { history } = await new ImportanceTraining(model, uniform).fit(x, y, options);
  expectClose(history, (await plain.fit(x, given, theirs)).history);
  const expected = await weightsOf(plain);
  (await weightsOf(model)).forEach((value, at) =>
    expect(Math.abs(value - (expected[at] as number))).toBeLessThanOrEqual(1e-5),
  );
}

/** Three classes and two, each of an output. */
function twoOutputs(): tf.LayersModel {
  const input = tf.input({ shape: [6] });
  const head = (units: number, name: string, activation: "softmax" | "sigmoid") =>
    tf.layers
      .dense({ units, name, activation, kernelInitializer: seeded(units) })
      .apply(input) as tf.SymbolicTensor;
  const outputs = [head(3, "kind", "softmax"), head(1, "large", "sigmoid")];
  const model = tf.model({ inputs: input, outputs });
  const loss = ["categoricalCrossentropy", "binaryCrossentropy"];
  model.compile({ optimizer: tf.train.sgd(0.2), loss });
  return model;
}

describe.each([
  ["cpu", cpu],
  ["wasm", wasm],
])("class weights on %s, as plain TensorFlow.js to 1e-5", (_, engine) => {
  beforeAll(async () => {
    await setUpPart("backend", engine()).start();
  });

  test("of smoothed labels, by the largest share", async () => {
    const { x, y } = classes();
    const smooth = tf.add(tf.mul(y, 0.9), 0.1 / 3);
    const options = { ...ordered, epochs: 2, classWeight };
    const make = (): tf.Sequential => classifier(tf.train.sgd(0.2));
    await expectSame([x, smooth], [make(), options], [make(), options]);
  });

  test.each<[string, object]>([
    ["a list", [classWeight, { 0: 1, 1: 4 }]],
    ["their names", { large: { 0: 1, 1: 4 }, kind: classWeight }],
    ["a list, one of them without", [null, { 0: 1, 1: 4 }]],
  ])("of several outputs, by %s", async (_name, weights) => {
    const { x, y } = classes();
    const large = tf.cast(tf.greater(tf.sum(x, 1, true), 3), "float32");
    const options = { ...ordered, epochs: 2, classWeight: weights } as FitOptions;
    const { history } = await new ImportanceTraining(twoOutputs(), uniform).fit(
      x,
      [y, large],
      options,
    );
    const theirs = await twoOutputs().fit(x, [y, large], options as never);
    expectClose(history, theirs.history);
  });

  test("of pixels with class ids", async () => {
    const options = { ...ordered, batchSize: 4, epochs: 3 };
    await expectSame(
      [images(), masks(3), oneHot(masks(3))],
      [pixels(3, "sparseCategoricalCrossentropy"), { ...options, classWeight }],
      [pixels(3, crossEntropyOf([3, 1, 0.25])), options],
    );
  });

  test("of pixels with one share, hard or smoothed", async () => {
    const options = { ...ordered, batchSize: 4, epochs: 3 };
    for (const y of [masks(2), tf.add(tf.mul(masks(2), 0.8), 0.1)]) {
      await expectSame(
        [images(), y],
        [pixels(1, "binaryCrossentropy"), { ...options, classWeight: { 1: 5 } }],
        [pixels(1, binaryOf([1, 5])), options],
      );
    }
  });

  test("of pixels, under importance sampling: scores are norms of what is trained", async () => {
    const training = new ImportanceTraining(pixels(3, "sparseCategoricalCrossentropy"), {
      ...{ gate: "always", presample: IMAGES },
    });
    let scores = new Float32Array();
    let ids = new Uint32Array();
    training.on("batch:scored", (event) => {
      [scores, ids] = [event.scores.slice(), event.ids.slice()];
    });
    const [x, y] = [images(), masks(3)];
    const p = pixels(3, "meanSquaredError").predict(x) as tf.Tensor;
    await training.fit(x, y, { ...quiet, batchSize: 4, stepsPerEpoch: 1, classWeight });
    const hot = oneHot(y);
    const weight = tf.sum(tf.mul(hot, [3, 1, 0.25]), -1, true);
    const gradient = tf.div(tf.mul(tf.sub(p, hot), weight), 12);
    const norms = tf.sqrt(tf.sum(tf.square(gradient), [1, 2, 3])).dataSync();
    scores.forEach((score, row) =>
      expect(Math.abs(score - (norms[ids[row] as number] as number))).toBeLessThanOrEqual(1e-5),
    );
    expect(scores).toHaveLength(IMAGES);
  });

  test("leave validation alone", async () => {
    const [x, y] = [images(), masks(3)];
    const model = pixels(3, "sparseCategoricalCrossentropy");
    const { history } = await new ImportanceTraining(model, uniform).fit(x, y, {
      ...{ ...quiet, classWeight, validationData: [x, y] },
    });
    const plain = model.evaluate(x, y) as tf.Scalar;
    expect(history.val_loss?.[0]).toBeCloseTo(plain.dataSync()[0] as number, 5);
  });
});

describe("class weights that cannot be meant", () => {
  beforeAll(async () => {
    await setUpPart("backend", cpu()).start();
  });
  const fit = async (weights: unknown, y?: unknown, model = classifier()): Promise<unknown> => {
    const data = classes();
    const options = { ...quiet, classWeight: weights } as FitOptions;
    return new ImportanceTraining(model).fit(data.x, (y ?? data.y) as tf.Tensor, options);
  };
  const even = (): tf.Tensor => tf.fill([SIZE, 3], 1);

  test.each<[string, RegExp, () => Promise<unknown>]>([
    [
      "OPTION_INVALID",
      /is of the type Map\. Give Object\.fromEntries/,
      () => fit(new Map([[0, 2]])),
    ],
    ["OPTION_INVALID", /is of the type Map/, () => fit([new Map()])],
    ["OPTION_INVALID", /is of the type Date/, () => fit(new Date())],
    ["OPTION_INVALID", /is of the type Float32Array/, () => fit(Float32Array.of(1, 2, 3))],
    ["OPTION_INVALID", /is of the type Number/, () => fit(2)],
    ["OPTION_INVALID", /names no class/, () => fit({})],
    ["OPTION_INVALID", /class 1 has -1/, () => fit({ 1: -1 })],
    ["OPTION_INVALID", /class 1 has NaN/, () => fit({ 1: NaN })],
    ["OPTION_INVALID", /the key "cat"/, () => fit({ cat: 2 })],
    ["OPTION_INVALID", /names class 3, but ".*" has 3 classes, 0 to 2/, () => fit({ 3: 2 })],
    ["OPTION_INVALID", /every class .* weighs 0/, () => fit({ 0: 0, 1: 0, 2: 0 })],
    ["DATASET_INVALID", /example 0 has \[1, 1, 1\]/, () => fit({ 1: 2 }, even())],
    [
      "OPTION_INVALID",
      /loss of ".*" is a function/,
      async () =>
        new ImportanceTraining(pixels(3, crossEntropyOf([1, 1, 1]))).fit(images(), masks(3), {
          ...{ ...quiet, classWeight },
        }),
    ],
    [
      "OPTION_INVALID",
      /2 outputs must be a list of 2 objects/,
      async () =>
        new ImportanceTraining(twoOutputs()).fit(classes().x, [classes().y, tf.zeros([SIZE, 1])], {
          ...{ ...quiet, classWeight: { 0: 1 } },
        }),
    ],
  ])("%s: %s", async (code, message, run) => {
    await expect(run()).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
    );
  });

  test("a class that no example has is told", async () => {
    const y = tf.oneHot(
      tf.tensor1d(
        Array.from({ length: SIZE }, (_, at) => at % 2),
        "int32",
      ),
      3,
    );
    const training = new ImportanceTraining(classifier());
    const told: string[] = [];
    training.on("warning", ({ message }) => told.push(message));
    await training.fit(classes().x, y, { ...quiet, classWeight });
    expect(told).toEqual([
      expect.stringMatching(/names the class 2, which no example of ".*" has: there are 0, 1\.$/),
    ]);
  });

  test("weights may be a list, of the classes from 0", async () => {
    const { x, y } = classes();
    const of = async (weights: unknown): Promise<Record<string, number[]>> => {
      const options = { ...ordered, classWeight: weights } as FitOptions;
      return (await new ImportanceTraining(classifier(), uniform).fit(x, y, options)).history;
    };
    expectClose(await of([3, 1, 0.25]), await of(classWeight));
  });
});
