import * as tf from "@tensorflow/tfjs";
import { expectFloat, expectRank, inputInvalid } from "../engine/check-inputs.js";
import { defineKernel, type WasmKernel } from "../engine/define-kernel.js";
import { describeTensor } from "../engine/simd-arguments.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";
import { padChannelsLast, shapeChannelsLast, type DataFormat } from "./channels-last.js";
import { convolutionInfo, isAsStock } from "./convolution-sizes.js";
import { convolve } from "./convolve.js";
import { fusedTail } from "./fused-tail.js";

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

/** Shapes numbers, one for each channel, so that they broadcast over images. */
function byChannel(
  engine: WasmEngine,
  x: TensorInfo | undefined,
  format: DataFormat,
): TensorInfo | undefined {
  if (x === undefined) return undefined;
  const shape = format === "NCHW" && x.shape.length === 1 ? [...x.shape, 1, 1] : x.shape;
  return engine.run(tf.Reshape, { x }, { shape });
}

/** Requires what the stock kernels read without looking: numbers of float32, and a filter of the images' channels. */
function expectConvolution(
  name: string,
  { x, filter, bias, preluActivationWeights: slopes }: Inputs,
  { dataFormat, activation }: tf.FusedConv2DAttrs,
): void {
  expectFloat({ x, filter, bias, slopes });
  expectRank(4, { x, filter });
  const channels = x.shape[dataFormat === "NCHW" ? 1 : 3];
  if (channels !== filter.shape[2])
    throw inputInvalid(
      `${name} needs a filter for ${channels ?? 0} channels, but it is ${describeTensor(filter)}`,
    );
  if (activation === "prelu" && slopes === undefined)
    throw inputInvalid(`${name} with the activation prelu needs its slopes, but was given none`);
}

function isStockOutput(
  { x, filter }: Inputs,
  attrs: tf.FusedConv2DAttrs,
  depthwise: boolean,
): boolean {
  const { dataFormat: format } = attrs;
  const pad = padChannelsLast(attrs.pad, format);
  const shape = shapeChannelsLast(x.shape, format);
  return isAsStock(convolutionInfo(shape, filter.shape, { ...attrs, pad, depthwise }));
}

/** Whether there is one number for each of the filter's out channels, or none at all. */
function isByChannel(x: TensorInfo | undefined, channels: number): boolean {
  return x === undefined || (x.shape.length === 1 && x.shape[0] === channels);
}

/**
 * act(x ∗ filter + bias): left to the stock kernel for images [N, H, W, C], and a bias and slopes [C], which are all
 * that it takes.
 */
function fused(name: string, plain: string): WasmKernel {
  const depthwise = plain === tf.DepthwiseConv2dNative;
  return defineKernel<Inputs, tf.FusedConv2DAttrs>(name, ({ inputs, attrs, engine, stock }) => {
    const { x, filter, bias, preluActivationWeights } = inputs;
    const { dataFormat: format, activation, leakyreluAlpha: alpha } = attrs;
    const [, , each = 1, out = 1] = filter.shape;
    const channels = depthwise ? each * out : out;
    expectConvolution(name, inputs, attrs);
    const asStock = isStockOutput(inputs, attrs, depthwise);
    if (depthwise && !asStock)
      throw inputInvalid(
        `${name} needs a filter within the image, square where the padding is a number, and lengths that are not rounded up`,
      );
    const simple = [bias, preluActivationWeights].every((tail) => isByChannel(tail, channels));
    if (format === "NHWC" && simple) {
      const relu = activation === "relu";
      if (!depthwise && (relu || activation === "linear"))
        return convolve(engine, { x, filter, attrs, bias, relu });
      // with slopes that no activation takes the stock kernel leaves its result unwritten
      const used = preluActivationWeights === undefined || activation === "prelu";
      if (asStock && used) return stock();
    }
    const [sums, slopes] = [bias, preluActivationWeights].map((each) =>
      byChannel(engine, each, format),
    );
    const convolved = engine.run(plain, { x, filter }, attrs);
    const result = fusedTail(engine, convolved, { bias: sums, activation, alpha, slopes });
    for (const each of [sums, slopes]) if (each !== undefined) engine.dispose(each);
    return result;
  });
}

/** A convolution with bias and activation. */
export const fusedConv2D = fused(tf.FusedConv2D, tf.Conv2D);

/** A depthwise convolution with bias and activation. */
export const fusedDepthwiseConv2D = fused(tf.FusedDepthwiseConv2D, tf.DepthwiseConv2dNative);
