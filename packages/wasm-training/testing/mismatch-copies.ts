import * as tf from "@tensorflow/tfjs";
import { pick, type Recipe } from "./mismatch-recipe.js";

/** Recipes of kernels that copy, convert and sum. */
export const COPIES: readonly Recipe[] = [
  {
    kernel: tf.GatherV2,
    shapes: () => ({ x: [3, 4, 5], indices: [3, 2] }),
    wholes: { indices: 5 },
    attrs: (random) => ({
      axis: pick(random, [0, 1, 2, 3, -1]),
      batchDims: pick(random, [0, 0, 1]),
    }),
    op: ({ x, indices }, { axis, batchDims }: { axis: number; batchDims: number }) =>
      tf.gather(x as tf.Tensor, indices as tf.Tensor, axis, batchDims),
  },
  { kernel: tf.Identity, shapes: () => ({ x: [3, 4] }), op: ({ x }) => tf.clone(x as tf.Tensor) },
  {
    kernel: tf.Cast,
    shapes: () => ({ x: [3, 4] }),
    attrs: (random) => ({ dtype: pick(random, ["float32", "int32", "bool"]) }),
    op: ({ x }, { dtype }: { dtype: "int32" }) => tf.cast(x as tf.Tensor, dtype),
  },
  ...[tf.Sum, tf.Mean].map((kernel): Recipe => ({
    kernel,
    shapes: () => ({ x: [3, 4, 5] }),
    attrs: (random) => ({
      axis: pick(random, [[0], [1], [0, 1], [0, 2], [2], [3], [0, 1, 2]]),
      keepDims: random.uniform() < 0.3,
    }),
    op: ({ x }, { axis, keepDims }: { axis: number[]; keepDims: boolean }) =>
      (kernel === tf.Sum ? tf.sum : tf.mean)(x as tf.Tensor, axis, keepDims),
  })),
  {
    kernel: tf.Prelu,
    shapes: (random) => ({ x: [3, 4, 5], alpha: pick(random, [[5], [4, 1], [3, 4, 5]]) }),
    op: ({ x, alpha }) => tf.prelu(x as tf.Tensor, alpha as tf.Tensor),
  },
  {
    kernel: tf.Slice,
    shapes: () => ({ x: [3, 4, 5] }),
    attrs: (random) => ({
      begin: pick(random, [
        [0, 1, 0],
        [1, 1, 1],
        [0, 0, 4],
        [0, 9, 0],
        [0, 1],
        [2, 3, 4, 0],
        [-2, 0, 0],
        [0, 0.5, 0],
      ]),
      size: pick(random, [
        [3, 2, 5],
        [1, 2, 3],
        [-1, -1, -1],
        [3, 3, 1],
        [9, 1, 1],
        [2, 1.5, 5],
      ]),
    }),
    op: ({ x }, { begin, size }: { begin: number[]; size: number[] }) =>
      tf.slice(x as tf.Tensor, begin, size),
  },
  {
    kernel: tf.Tile,
    shapes: () => ({ x: [3, 4] }),
    attrs: (random) => ({
      reps: pick(random, [[2, 3], [1, 1], [0, 2], [2], [2, 1, 3], [-1, 2], [1.5, 2]]),
    }),
    op: ({ x }, { reps }: { reps: number[] }) => tf.tile(x as tf.Tensor, reps),
  },
  {
    // the cpu engine's own kernel gives float32 for whole numbers, too
    kernel: "tf.unsortedSegmentSum",
    shapes: () => ({ x: [4, 3], segmentIds: [4] }),
    wholes: { segmentIds: 6 },
    attrs: (random) => ({ numSegments: pick(random, [5, 2, -1, 2.5]) }),
    // it sums over the first axis only where ids have more
    reference: ({ x, segmentIds: ids }, { numSegments }: { numSegments: number }) => {
      const [data, flat] = [x as tf.Tensor, tf.reshape(ids as tf.Tensor1D, [ids?.size ?? 0])];
      const rows = tf.reshape(data, [flat.size, ...data.shape.slice(ids?.rank)]);
      return tf.cast(tf.unsortedSegmentSum(rows, flat as tf.Tensor1D, numSegments), "float32");
    },
    op: ({ x, segmentIds }, { numSegments }: { numSegments: number }) =>
      tf.cast(
        tf.unsortedSegmentSum(x as tf.Tensor, segmentIds as tf.Tensor1D, numSegments),
        "float32",
      ),
  },
];
