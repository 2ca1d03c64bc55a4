import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../engine/define-kernel.js";
import { expectFloat, inputInvalid } from "../engine/check-inputs.js";
import type { TensorInfo } from "../engine/tensor-info.js";

interface Inputs {
  readonly x: TensorInfo;
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly scale?: TensorInfo | null;
  readonly offset?: TensorInfo | null;
}

/** Normalises x [..., C] by moments [C], scales and shifts it; other shapes of moments are left to the stock kernel. */
export const fusedBatchNorm = defineKernel<Inputs, tf.FusedBatchNormAttrs>(
  tf.FusedBatchNorm,
  ({ inputs, attrs: { varianceEpsilon }, engine, stock }) => {
    const { x, mean, variance, scale, offset } = inputs as Inputs;
    expectFloat({ x, mean, variance, scale: scale ?? undefined, offset: offset ?? undefined });
    const given = [mean, variance, scale, offset].filter((each) => isTensor(each));
    if (given.some(({ shape }) => shape.length !== mean.shape.length || shape.includes(0)))
      throw inputInvalid(
        "Moments, scale and offset must have as many axes as each other, and numbers",
      );
    const channels = x.shape.at(-1) ?? 1;
    if (given.some(({ shape }) => shape.length !== 1 || shape[0] !== channels)) return stock();
    const y = engine.output(x.shape);
    const rows = tf.util.sizeFromShape(x.shape) / channels;
    const shift = [scale ?? undefined, offset ?? undefined, varianceEpsilon];
    if (channels > 0) engine.call("batchNorm", rows, channels, x, mean, variance, ...shift, y);
    return y;
  },
);

function isTensor(given: TensorInfo | null | undefined): given is TensorInfo {
  return given !== undefined && given !== null;
}
