import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../engine/define-kernel.js";
import { expectShape } from "../engine/check-inputs.js";
import type { TensorInfo } from "../engine/tensor-info.js";

/** Name of the kernel; TensorFlow.js composes this gradient of some thirty operations. */
export const BATCH_NORM_GRAD = "FusedBatchNormGrad";

/** x and ∂y [..., C], moments and scale [C]. */
export type BatchNormGradInputs = Readonly<
  Record<"x" | "dy" | "mean" | "variance" | "scale", TensorInfo>
>;

/** Gradients of batch normalisation with respect to x, mean, variance, scale and offset, in one pass. */
export const batchNormGrad = defineKernel<BatchNormGradInputs, tf.FusedBatchNormAttrs>(
  BATCH_NORM_GRAD,
  ({ inputs: { x, dy, mean, variance, scale }, attrs: { varianceEpsilon }, engine }) => {
    const channels = x.shape.at(-1) ?? 1;
    expectShape("The gradient", dy, x.shape);
    for (const [name, each] of Object.entries({ mean, variance, scale }))
      expectShape(name, each, [channels]);
    const rows = channels === 0 ? 0 : tf.util.sizeFromShape(x.shape) / channels;
    const made = [x, mean, mean, mean, mean].map(({ shape }) => engine.output(shape));
    const moments = [mean, variance, scale, varianceEpsilon];
    engine.call("batchNormGradient", rows, channels, x, dy, ...moments, ...made);
    return made;
  },
);
