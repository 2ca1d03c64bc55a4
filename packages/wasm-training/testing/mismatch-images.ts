import * as tf from "@tensorflow/tfjs";
import type { Random } from "@unequal/core";
import { ACTIVATIONS, pick, type Recipe } from "./mismatch-recipe.js";

const convolution = (random: Random) => ({
  strides: pick(random, [1, 2, [2, 1]] as const),
  pad: pick(random, ["same", "valid", 1] as const),
  dataFormat: "NHWC",
  dilations: 1,
});

const fused = (random: Random) => ({
  ...convolution(random),
  activation: pick(random, ACTIVATIONS),
  leakyreluAlpha: 0.3,
});

const images = { x: [2, 5, 4, 3], filter: [3, 2, 3, 4] } as const;
const tails = { bias: [4], preluActivationWeights: [4] } as const;
/** Sizes of what a convolution of {@link images} by strides 1 and "same" makes. */
const same = { strides: 1, pad: "same", dataFormat: "NHWC", dilations: 1 } as const;

/** Recipes of kernels that take images. */
export const IMAGES: readonly Recipe[] = [
  {
    kernel: tf.Conv2D,
    shapes: () => images,
    attrs: convolution,
    op: ({ x, filter }, { strides, pad }: { strides: number; pad: "same" }) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad),
  },
  {
    kernel: tf.Conv2DBackpropFilter,
    shapes: () => ({ x: images.x, dy: [2, 5, 4, 4] }),
    attrs: (random) => ({ ...same, filterShape: pick(random, [images.filter, [3, 2, 2, 4]]) }),
  },
  {
    kernel: tf.Conv2DBackpropInput,
    shapes: () => ({ dy: [2, 5, 4, 4], filter: images.filter }),
    attrs: (random) => ({ ...same, inputShape: pick(random, [images.x, [2, 6, 4, 3]]) }),
    op: ({ dy, filter }) =>
      tf.conv2dTranspose(dy as tf.Tensor4D, filter as tf.Tensor4D, [...images.x], 1, "same"),
  },
  {
    kernel: tf.FusedConv2D,
    shapes: () => ({ ...images, ...tails }),
    attrs: fused,
    op: ({ preluActivationWeights, ...given }, attrs: object) =>
      tf.fused.conv2d({ ...given, ...attrs, preluActivationWeights } as never),
  },
  {
    kernel: tf.FusedDepthwiseConv2D,
    shapes: () => ({
      ...{ x: images.x, filter: [3, 2, 3, 2], bias: [6], preluActivationWeights: [6] },
    }),
    attrs: fused,
    op: ({ preluActivationWeights, ...given }, attrs: object) =>
      tf.fused.depthwiseConv2d({ ...given, ...attrs, preluActivationWeights } as never),
  },
  {
    kernel: tf.DepthwiseConv2dNativeBackpropFilter,
    shapes: () => ({ x: images.x, dy: [2, 5, 4, 6] }),
    attrs: (random) => ({
      ...same,
      filterShape: pick(random, [
        [3, 2, 3, 2],
        [3, 2, 2, 2],
      ]),
    }),
  },
  {
    kernel: tf.DepthwiseConv2dNativeBackpropInput,
    shapes: () => ({ dy: [2, 5, 4, 6], filter: [3, 2, 3, 2] }),
    attrs: (random) => ({ ...same, inputShape: pick(random, [images.x, [2, 5, 4, 2]]) }),
  },
  {
    kernel: tf.MaxPoolGrad,
    shapes: () => ({ dy: [2, 3, 2, 3], input: images.x, output: [2, 3, 2, 3] }),
    attrs: () => ({ filterSize: 2, strides: 2, pad: "same" }),
  },
  {
    kernel: tf.FusedBatchNorm,
    shapes: (random) => ({
      ...{ x: images.x, mean: [3], variance: [3], scale: [3], offset: [3] },
      ...(random.uniform() < 0.3 && { mean: images.x, variance: images.x }),
    }),
    attrs: () => ({ varianceEpsilon: 1e-3 }),
    positive: ["variance"],
    op: ({ x, mean, variance, offset, scale }) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
  },
];
