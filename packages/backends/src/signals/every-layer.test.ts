import * as tf from "@tensorflow/tfjs";
import { createRandom, setUpPart, type HostArray } from "@unequal/core";
import { beforeAll, expect, test } from "vitest";
import { cpu } from "../engines/cpu.js";
import { createLearner } from "../create-learner.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

const SIZE = 6;
const random = createRandom(17);

function column(shape: number[], value: () => number): HostArray & { readonly shape: number[] } {
  const length = shape.reduce((product, size) => product * size, SIZE);
  return { data: Float32Array.from({ length }, value), shape: [SIZE, ...shape], dtype: "float32" };
}

let seed = 0;

/** Draws initial weights large enough for every layer to matter, the same at each run. */
function drawn(largest = 0.7): ReturnType<typeof tf.initializers.randomUniform> {
  return tf.initializers.randomUniform({ minval: -largest, maxval: largest, seed: ++seed });
}

/** Images and words, joined: Conv2D, BatchNormalization, Embedding, LSTM and Dense layers, a softmax head. */
function model(): tf.LayersModel {
  const image = tf.input({ shape: [6, 6, 1] });
  const words = tf.input({ shape: [4] });
  const seen = tf.layers
    .conv2d({
      filters: 3,
      kernelSize: 3,
      activation: "relu",
      kernelInitializer: drawn(),
    })
    .apply(image);
  const normal = tf.layers.batchNormalization().apply(seen);
  const flat = tf.layers.globalAveragePooling2d({}).apply(normal) as tf.SymbolicTensor;
  const embedded = tf.layers
    .embedding({ inputDim: 7, outputDim: 3, embeddingsInitializer: drawn(2) })
    .apply(words);
  const read = tf.layers
    .lstm({ units: 4, kernelInitializer: drawn(1), recurrentInitializer: drawn(1) })
    .apply(embedded) as tf.SymbolicTensor;
  const joined = tf.layers.concatenate().apply([flat, read]);
  const hidden = tf.layers
    .dense({ units: 5, activation: "tanh", kernelInitializer: drawn() })
    .apply(joined);
  const output = tf.layers
    .dense({ units: 3, activation: "softmax", kernelInitializer: drawn() })
    .apply(hidden);
  const built = tf.model({ inputs: [image, words], outputs: output as tf.SymbolicTensor });
  built.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
  return built;
}

test("exact norms equal tf.variableGrads on batches of one in inference mode, to 1e-4", async () => {
  const built = model();
  for (const weight of built.weights.filter(({ name }) => name.includes("moving"))) {
    weight.write(tf.randomUniform(weight.shape as number[], 0.5, 2, "float32", 3));
  }
  const inputs = [column([6, 6, 1], () => random.uniform()), column([4], () => random.integer(7))];
  const targets = column([3], () => 0);
  for (let row = 0; row < SIZE; row++) targets.data[3 * row + random.integer(3)] = 1;
  const weights = Float32Array.from({ length: SIZE }, (_, row) => 1 + row / 2);
  const learner = createLearner(built);
  const batch = learner.upload({ size: SIZE, inputs, targets: [targets], weights });
  const { "gradient-norm": norms } = await learner.compute(["gradient-norm"], batch, { chunk: 4 });
  expect(learner.facts.notes.filter((note) => note.includes("backward pass"))).toEqual([]);

  const tensors = [...inputs, targets].map(({ data, shape }) => tf.tensor(data, shape));
  const variables = built.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const largestShare = new Map<string, number>();
  for (let row = 0; row < SIZE; row++) {
    const [x1, x2, y] = tensors.map((tensor) => tf.slice(tensor, row, 1)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const loss = (): tf.Scalar => {
      const p = built.apply([x1, x2], { training: false }) as tf.Tensor;
      return tf.mul(tf.neg(tf.sum(tf.mul(y, tf.log(p)))), weights[row] as number);
    };
    const { grads } = tf.variableGrads(loss, variables);
    const squares = Object.entries(grads).map(
      ([name, gradient]) => [name, tf.sum(tf.square(gradient)).dataSync()[0] as number] as const,
    );
    const square = squares.reduce((sum, [, each]) => sum + each, 0);
    for (const [name, each] of squares)
      largestShare.set(name, Math.max(each / square, largestShare.get(name) ?? 0));
    expect(Object.keys(grads)).toHaveLength(variables.length);
    const naive = Math.sqrt(square);
    expect(Math.abs((norms?.[row] as number) - naive)).toBeLessThanOrEqual(1e-4 * naive);
  }
  // a variable left out changes some norm by more than twice the tolerance: √(1 − share) < 1 − 2e-4
  expect(Math.min(...largestShare.values())).toBeGreaterThan(4e-4);
});

test("a learner notes the layers that no identity covers once their norms are asked for", async () => {
  const film = tf.layers.convLstm2d({ filters: 2, kernelSize: 2, inputShape: [3, 4, 4, 1] });
  const layers = [film, tf.layers.flatten(), tf.layers.dense({ units: 2 })];
  const built = tf.sequential({ layers });
  built.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const learner = createLearner(built);
  const inputs = [column([3, 4, 4, 1], () => random.uniform())];
  const batch = learner.upload({ size: SIZE, inputs, targets: [column([2], () => 1)] });
  await learner.compute(["loss"], batch);
  expect(learner.facts.notes).toEqual([]);
  await learner.compute(["gradient-norm"], batch);
  await learner.compute(["gradient-norm"], batch);
  expect(learner.facts.notes).toEqual([expect.stringContaining(`${film.name} (ConvLSTM2D)`)]);
});
