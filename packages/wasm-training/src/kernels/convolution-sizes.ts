import * as tf from "@tensorflow/tfjs";
import { inputInvalid } from "../engine/check-inputs.js";

/** [N, H, W, C], or that of a filter. */
export type ImageShape = [number, number, number, number];

type ConvolutionInfo = tf.backend_util.Conv2DInfo;

/** What a convolution's kernels are told in addition to their inputs. */
interface ConvolutionAttributes extends Pick<
  tf.Conv2DAttrs,
  "strides" | "pad" | "dimRoundingMode"
> {
  readonly dilations?: [number, number] | number;
  readonly depthwise?: boolean;
}

/** Works out a convolution of images [N, H, W, C] by a filter. @throws KERNEL_INPUT_INVALID if either has not four axes */
export function convolutionInfo(
  image: readonly number[],
  filter: readonly number[],
  { strides, pad, dimRoundingMode, dilations = 1, depthwise = false }: ConvolutionAttributes,
): ConvolutionInfo {
  if (image.length !== 4 || filter.length !== 4)
    throw inputInvalid(
      `Images and filters must have four axes, but are [${image.join()}] and [${filter.join()}]`,
    );
  return tf.backend_util.computeConv2DInfo(
    image as ImageShape,
    filter as ImageShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
}

/**
 * Whether the stock kernels come to the same output: they work it out themselves, while TensorFlow.js takes a padding
 * given as a number for that of a square filter, and may round up.
 */
export function isAsStock(info: ConvolutionInfo): boolean {
  const { padInfo, outHeight, outWidth, strideHeight, strideWidth } = info;
  // a filter that is larger than the image, or empty
  if (Math.min(outHeight, outWidth, info.filterHeight, info.filterWidth) < 1) return false;
  if (padInfo.type === "SAME") return true;
  const lengthOf = (room: number, filter: number, stride: number): number =>
    Math.floor((room - filter) / stride) + 1;
  const height = info.inHeight + padInfo.top + padInfo.bottom;
  const width = info.inWidth + padInfo.left + padInfo.right;
  return (
    outHeight === lengthOf(height, info.effectiveFilterHeight, strideHeight) &&
    outWidth === lengthOf(width, info.effectiveFilterWidth, strideWidth)
  );
}

/** The part of an image with its padding that any patch reaches, [height, width]. */
function paddedShape(info: ConvolutionInfo): readonly [number, number] {
  const { padInfo, outHeight, outWidth, strideHeight, strideWidth } = info;
  const { effectiveFilterHeight, effectiveFilterWidth } = info;
  return [
    Math.max(padInfo.top + info.inHeight, (outHeight - 1) * strideHeight + effectiveFilterHeight),
    Math.max(padInfo.left + info.inWidth, (outWidth - 1) * strideWidth + effectiveFilterWidth),
  ];
}

/** Lists a convolution's sizes in the order of the class `Convolution` in simd/convolution.ts. */
export function convolutionSizes(info: ConvolutionInfo): readonly number[] {
  return [
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
    ...[info.filterHeight, info.filterWidth],
    ...[info.outHeight, info.outWidth, info.outChannels],
    ...[info.strideHeight, info.strideWidth],
    ...[info.dilationHeight, info.dilationWidth],
    ...[info.padInfo.top, info.padInfo.left],
    ...paddedShape(info),
  ];
}

/** Bytes of one image with its padding. */
export function paddedBytes(info: ConvolutionInfo): number {
  const [height, width] = paddedShape(info);
  return 4 * height * width * info.inChannels;
}
