import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import fc from "fast-check";
import { expect } from "vitest";
import "./installed.js";
import { guardMemory } from "./guard-memory.js";

/** The largest error that is allowed, relative to the largest number of the expected result, or to 1. */
const TOLERANCE = 1e-4;

type Tensors = tf.Tensor | readonly tf.Tensor[];

/** How kernels are called, for any case of a grid. */
export interface Comparison<T> {
  /** Makes its tensors itself, from the case alone, so that both engines see the same. */
  readonly run: (given: T) => Tensors;
  /** What the cpu engine computes instead, for cases that its own kernel of this name gets wrong. */
  readonly reference?: (given: T) => Tensors;
}

interface Outcome {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

/** Draws cases: the same in every run. */
export function draw<T>(grid: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(grid, { numRuns: count, seed: 7 });
}

/** Draws numbers from [−1, 1). */
export function numbers(shape: readonly number[], seed: number): tf.Tensor {
  const random = createRandom(seed);
  const data = Array.from(
    { length: tf.util.sizeFromShape([...shape]) },
    () => 2 * random.uniform() - 1,
  );
  return tf.tensor(data, [...shape], "float32");
}

/** Draws whole numbers from [low, high]. */
export function wholes(
  shape: readonly number[],
  [low, high]: readonly [number, number],
  seed: number,
): tf.Tensor {
  const random = createRandom(seed);
  const data = Array.from(
    { length: tf.util.sizeFromShape([...shape]) },
    () => low + Math.floor(random.uniform() * (high - low + 1)),
  );
  return tf.tensor(data, [...shape], "int32");
}

/** Runs a kernel by its name, for parameters that no public function takes. */
export function runKernel(name: string, inputs: object, attrs: object = {}): tf.Tensor {
  const result = tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap);
  return result as tf.Tensor;
}

function outcomes<T>(given: T, run: (given: T) => Tensors): Outcome[] {
  return tf.tidy(() =>
    [run(given)].flat().map((tensor: tf.Tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      values: [...tensor.dataSync()],
    })),
  );
}

/** The largest difference relative to the largest number expected, or to 1. Equal infinities do not differ. */
function relativeError(ours: Outcome, theirs: Outcome): number {
  const differences = theirs.values.map((value, at) => {
    const own = ours.values[at] as number;
    return Object.is(own, value) || own === value ? 0 : Math.abs(own - value);
  });
  const sizes = theirs.values.filter(Number.isFinite).map(Math.abs);
  const largest = (some: number[]): number => some.reduce((a, b) => Math.max(a, b), 0);
  return largest(differences) / Math.max(1, largest(sizes));
}

/**
 * Runs all cases on the wasm engine, then on the cpu engine, and expects equal shapes, types and numbers, and that
 * nothing was written outside the memory of tensors.
 */
export async function expectEngineAgreement<T>(
  cases: readonly T[],
  { run, reference = run }: Comparison<T>,
): Promise<void> {
  await tf.setBackend("wasm");
  const writtenOutside = guardMemory(tf.backend());
  const ours = cases.map((given) => {
    const found = outcomes(given, run);
    expect(writtenOutside(), JSON.stringify(given)).toEqual([]);
    return found;
  });
  await tf.setBackend("cpu");
  const theirs = cases.map((given) => outcomes(given, reference));
  await tf.setBackend("wasm");
  cases.forEach((given, at) => {
    const [own, others] = [ours[at], theirs[at]] as [Outcome[], Outcome[]];
    const kinds = (of: Outcome[]) => of.map(({ shape, dtype }) => ({ shape, dtype }));
    expect(kinds(own), JSON.stringify(given)).toEqual(kinds(others));
    others.forEach((other, result) => {
      const error = relativeError(own[result] as Outcome, other);
      expect(error, `result ${result} of ${JSON.stringify(given)}`).toBeLessThanOrEqual(TOLERANCE);
    });
  });
}
