import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, test } from "vitest";
import { draw, expectEngineAgreement, numbers, wholes } from "../../testing/kernel-cases.js";

interface Segments {
  /** Shape of the ids; x has it, followed by `inner`. */
  readonly outer: readonly number[];
  readonly inner: readonly number[];
  readonly segments: number;
  readonly seed: number;
}

const lengths = (least: number, most: number, axes: { minLength: number; maxLength: number }) =>
  fc.array(fc.integer({ min: least, max: most }), axes);

const seed = fc.integer({ min: 1, max: 1e6 });
const segments = fc.integer({ min: 1, max: 9 });

const grid: fc.Arbitrary<Segments> = fc.record({
  outer: lengths(1, 12, { minLength: 1, maxLength: 3 }),
  inner: lengths(1, 7, { minLength: 0, maxLength: 2 }),
  ...{ segments, seed },
});

type Make = (shape: number[], seed: number) => tf.Tensor;
const float: Make = (shape, first) => numbers(shape, first);
const int: Make = (shape, first) => wholes(shape, [-1000, 1000], first);

/** Ids below 0 and beyond the last are of no segment. */
function idsOf({ outer, segments: count, seed: first }: Segments): tf.Tensor {
  return wholes(outer, [-2, count + 1], first + 1);
}

function sum(given: Segments, make: Make): tf.Tensor {
  const x = make([...given.outer, ...given.inner], given.seed);
  return tf.unsortedSegmentSum(x, idsOf(given) as tf.Tensor1D, given.segments);
}

/** The cpu engine takes ids of rank 1 only, and has numbers of float32 for any. */
function flatSum(given: Segments, make: Make): tf.Tensor {
  const x = make([...given.outer, ...given.inner], given.seed);
  const ids = tf.reshape<tf.Rank.R1>(idsOf(given), [-1]);
  const rows = tf.reshape(x, [ids.size, ...given.inner]);
  return tf.cast(tf.unsortedSegmentSum(rows, ids, given.segments), x.dtype);
}

describe("UnsortedSegmentSum", () => {
  test("equals the cpu engine's for 40 shapes, with ids of no segment", async () => {
    const cases = draw(grid, 40).map((given) => ({ ...given, outer: given.outer.slice(0, 1) }));
    await expectEngineAgreement(cases, { run: (given) => sum(given, float) });
  });

  test("equals it for 40 shapes of ids of ranks 1 to 3", async () => {
    await expectEngineAgreement(draw(grid, 40), {
      run: (given) => sum(given, float),
      reference: (given) => flatSum(given, float),
    });
  });

  test("sums whole numbers exactly, and as whole numbers", async () => {
    await expectEngineAgreement(draw(grid, 30), {
      run: (given) => sum(given, int),
      reference: (given) => flatSum(given, int),
    });
  });

  test("equals it for many rows, and rows of every length that is left over", async () => {
    const cases = [1, 2, 3, 4, 5, 7, 8, 129].map((width) => ({
      ...{ outer: [513], inner: [width], segments: 17, seed: width },
    }));
    await expectEngineAgreement(cases, { run: (given) => sum(given, float) });
  });

  test("is zero without rows, and empty for rows of none", async () => {
    const cases = [
      { outer: [0], inner: [3], segments: 4, seed: 1 },
      { outer: [0], inner: [], segments: 4, seed: 1 },
      { outer: [5], inner: [0], segments: 4, seed: 1 },
      { outer: [5], inner: [2, 0], segments: 4, seed: 1 },
    ];
    await expectEngineAgreement(cases, { run: (given) => sum(given, float) });
  });
});

interface Gather {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly ids: readonly number[];
  readonly seed: number;
}

const gathers: fc.Arbitrary<Gather> = fc
  .record({
    shape: lengths(1, 6, { minLength: 1, maxLength: 3 }),
    ids: lengths(1, 5, { minLength: 0, maxLength: 2 }),
    ...{ axis: fc.nat(2), seed },
  })
  .map((given) => ({ ...given, axis: given.axis % given.shape.length }));

describe("gradient of tf.gather", () => {
  test("equals the cpu engine's for 50 shapes, axes, and ids of ranks 0 to 2", async () => {
    await expectEngineAgreement(draw(gathers, 50), {
      run: ({ shape, axis, ids, seed: first }) => {
        const indices = wholes(ids, [0, (shape[axis] as number) - 1], first + 1) as tf.Tensor1D;
        const f = (x: tf.Tensor) => tf.gather(x, indices, axis);
        const x = numbers(shape, first);
        const dy = numbers(f(x).shape, first + 2);
        return [f(x), tf.grad(f)(x, dy)];
      },
    });
  });

  test("has the gradients of the cpu engine itself", async () => {
    const cases = draw(grid, 15).map((given) => ({ ...given, outer: given.outer.slice(0, 1) }));
    await expectEngineAgreement(cases, {
      run: (given) => {
        // the gradient gathers, so that ids beyond the last are refused
        const ids = wholes(given.outer, [-1, given.segments - 1], given.seed + 1) as tf.Tensor1D;
        const f = (x: tf.Tensor) => tf.unsortedSegmentSum(x, ids, given.segments);
        const dy = numbers([given.segments, ...given.inner], given.seed + 2);
        return tf.grad(f)(numbers([...given.outer, ...given.inner], given.seed), dy);
      },
    });
  });
});
