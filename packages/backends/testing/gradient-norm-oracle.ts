import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import { expect } from "vitest";
import { flattenLayers } from "../src/models/flatten-layers.js";
import { gradientNorms } from "../src/signals/gradient-norm.js";

const SIZE = 5;
const WEIGHTS = [1, 0.5, 3, 0, 2];
const random = createRandom(21);

function draw(shape: readonly number[], value: () => number): tf.Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(Float32Array.from({ length }, value), [...shape]);
}

/** Draws numbers from −1 to 1 for every example. */
export function numbers(shape: readonly number[]): tf.Tensor {
  return draw([SIZE, ...shape], () => 2 * random.uniform() - 1);
}

/** Draws integers below a bound for every example. */
export function integers(shape: readonly number[], bound: number): tf.Tensor {
  return draw([SIZE, ...shape], () => random.integer(bound));
}

/** Gives all weights numbers of their own, the same at each run, so that every layer matters; variances are positive. */
export function drawWeights<M extends tf.LayersModel>(model: M): M {
  tf.tidy(() => {
    for (const weight of model.weights) {
      const drawn = draw(weight.shape as number[], () => 1.4 * random.uniform() - 0.7);
      weight.write(weight.name.includes("variance") ? tf.add(tf.abs(drawn), 0.5) : drawn);
    }
  });
  return model;
}

/** Puts an output layer behind others, so that δ is another one at every position. */
export function modelOf(
  shape: readonly number[],
  layers: (x: tf.SymbolicTensor) => tf.SymbolicTensor,
): tf.LayersModel {
  const input = tf.input({ shape: [...shape] });
  const output = layers(input);
  const flat = output.rank > 2 ? tf.layers.flatten().apply(output) : output;
  const last = tf.layers.dense({ units: 2 }).apply(flat);
  return drawWeights(tf.model({ inputs: input, outputs: last as tf.SymbolicTensor }));
}

/** A model, and its inputs. */
export interface NormCase {
  readonly model: tf.LayersModel;
  readonly x: tf.Tensor | readonly tf.Tensor[];
  /** Trained variables that no loss depends on. */
  readonly idle?: number;
  /** Trained variables whose part is too small to be seen in the norm. */
  readonly faint?: number;
}

/** How the norms were computed. */
export interface NormFacts {
  /** Sentences about layers that take a backward pass for every example. */
  readonly notes: readonly string[];
  /** Forward passes made. */
  readonly passes: number;
}

/** What {@link expectExactNorms} returns where no loop was needed. */
export const onePass: NormFacts = { notes: [], passes: 1 };

/** Weighted squared distances of a model's outputs from targets, for some rows. */
function lossesOf({ model, x }: NormCase) {
  const inputs: tf.Tensor[] = [x].flat();
  const outputs = (begin: number, size: number): tf.Tensor[] => {
    const rows = inputs.map((each) => tf.slice(each, begin, size));
    return [model.call(rows, { training: false })].flat();
  };
  const targets = tf.tidy(() => outputs(0, SIZE).map(({ shape }) => numbers(shape.slice(1))));
  const losses = ({ begin, size } = { begin: 0, size: SIZE }): tf.Tensor1D => {
    const terms = outputs(begin, size).map((z, at) => {
      const error = tf.sub(z, tf.slice(targets[at] as tf.Tensor, begin, size));
      return tf.sum(tf.reshape(tf.square(error), [size, -1]), 1);
    });
    return tf.mul(tf.addN(terms), tf.tensor1d(WEIGHTS.slice(begin, begin + size)));
  };
  return { losses, targets };
}

/** Squares of each variable's gradient for one example, by tf.variableGrads on a batch of one. */
function squaresOf(loss: () => tf.Scalar, variables: tf.Variable[]): [string, number][] {
  return tf.tidy(() =>
    Object.entries(tf.variableGrads(loss, variables).grads).map(([name, gradient]) => [
      name,
      tf.sum(tf.square(gradient)).dataSync()[0] as number,
    ]),
  );
}

/**
 * Expects the exact norms of a model to equal those of one backward pass per example to 1e-4, with every
 * trained variable taking part, and no tensor left behind.
 */
export async function expectExactNorms(given: NormCase): Promise<NormFacts> {
  const { model, idle = 0, faint = 0 } = given;
  const { losses, targets } = lossesOf(given);
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const variables = [...new Set(weights)];
  const notes: string[] = [];
  let passes = 0;
  const before = tf.memory().numTensors;
  const norms = await gradientNorms({
    layers: flattenLayers(model),
    variables: weights,
    size: SIZE,
    losses: (range) => {
      passes++;
      return losses(range);
    },
    note: (message) => notes.push(message),
  });
  expect(tf.memory().numTensors).toBe(before);

  const shares = new Map<string, number>();
  for (let row = 0; row < SIZE; row++) {
    const squares = squaresOf(() => tf.sum(losses({ begin: row, size: 1 })), variables);
    const square = squares.reduce((sum, [, each]) => sum + each, 0);
    const naive = Math.sqrt(square);
    expect(Math.abs((norms[row] as number) - naive)).toBeLessThanOrEqual(1e-4 * naive);
    for (const [name, each] of squares)
      shares.set(name, Math.max(shares.get(name) ?? 0, square > 0 ? each / square : 0));
  }
  expect(norms[WEIGHTS.indexOf(0)]).toBe(0);
  expect(shares.size).toBe(variables.length - idle);
  // a variable left out changes some norm by more than twice the tolerance: √(1 − share) < 1 − 2e-4
  expect([...shares].filter(([, share]) => share <= 4e-4)).toHaveLength(faint);
  tf.dispose(targets);
  return { notes, passes };
}
