import * as tf from "@tensorflow/tfjs";
import { createRandom, setUpPart, type Dataset, type HostArray } from "@unequal/core";
import { mnist } from "@unequal/datasets";
import { LAYERS, type NetworkName } from "../layers.js";

type Pair = readonly [tf.Tensor, tf.Tensor];

/** A model and its data. */
export interface Problem {
  readonly build: (seed: number) => tf.LayersModel;
  readonly train: readonly [tf.Tensor, tf.Tensor];
  /** What the training loss is evaluated on. */
  readonly measured: Pair;
  readonly test: Pair;
  /** What is shown of the test data. */
  readonly figure: string;
  readonly text: (value: number) => string;
}

async function digits(dataset: Dataset): Promise<Pair> {
  const ids = Uint32Array.from({ length: dataset.size }, (_, id) => id);
  const { inputs, targets } = await dataset.take(ids, new Uint32Array(ids.length));
  const [x, y] = [inputs, targets].map((columns) => {
    const [{ data, shape }] = columns as readonly [HostArray];
    return tf.tensor(data, [...shape]);
  });
  return [x as tf.Tensor, y as tf.Tensor];
}

/** Rows of 20 features; the target is 1 with a probability that two smooth terms decide. */
function rows(count: number, seed: string): Pair {
  const random = createRandom(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const x = Float32Array.from({ length: 20 * count }, normal);
  const y = Float32Array.from({ length: count }, (_, row) => {
    const [a = 0, b = 0, c = 0, d = 0] = x.subarray(20 * row, 20 * row + 4);
    const logit = 4 * Math.sin(a + b) + 3 * c * d - 1;
    return Number(random.uniform() < 1 / (1 + Math.exp(-logit)));
  });
  return [tf.tensor2d(x, [count, 20]), tf.tensor2d(y, [count, 1])];
}

function part([x, y]: Pair, count: number): Pair {
  const of = (tensor: tf.Tensor): tf.Tensor =>
    tf.slice(tensor, 0, [count, ...tensor.shape.slice(1)]);
  return [of(x), of(y)];
}

/** Makes a problem by its name: `mlp`, `cnn` or `table`. */
export async function problemOf(name: string): Promise<Problem> {
  if (!["mlp", "cnn", "table"].includes(name))
    throw new Error(`mlp, cnn or table, but not ${name}`);
  const layersOf = LAYERS[name as NetworkName];
  const table = name === "table";
  const build = (seed: number): tf.LayersModel => {
    const model = tf.sequential({ layers: layersOf(seed) });
    const loss = table ? "binaryCrossentropy" : "categoricalCrossentropy";
    model.compile({ optimizer: "adam", loss, ...(!table && { metrics: ["accuracy"] }) });
    return model;
  };
  const data = table ? undefined : await setUpPart("dataset", mnist()).load();
  const train = data === undefined ? rows(100_000, "train") : await digits(data.train);
  const test = data === undefined ? rows(20_000, "test") : await digits(data.test ?? data.train);
  return {
    build,
    train,
    measured: part(train, 20_000),
    test,
    figure: table ? "validation loss" : "test error",
    text: (value) => (table ? value.toFixed(4) : `${(100 * value).toFixed(2)} %`),
  };
}
