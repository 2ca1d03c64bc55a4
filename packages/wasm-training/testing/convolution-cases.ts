import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { numbers } from "./kernel-cases.js";

type Pair = [number, number];

/** A convolution of any kind, as its operations take it. */
export interface Convolution {
  readonly batch: number;
  readonly image: Pair;
  readonly channels: number;
  readonly filter: Pair;
  /** Out channels; of a depthwise convolution those for each channel. */
  readonly out: number;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  readonly rounding: "floor" | "round" | "ceil" | undefined;
  readonly seed: number;
}

/** What a grid may hold. */
export interface ConvolutionGrid {
  readonly depthwise?: boolean;
  /** Steps between a filter's numbers are larger than 1, too. */
  readonly dilated?: boolean;
  /** Padding that is a number or explicit, and how lengths are rounded then. */
  readonly unusual?: boolean;
}

const pair = (max: number): fc.Arbitrary<Pair> =>
  fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));

const border = fc.tuple(fc.nat(2), fc.nat(2));

const explicit: fc.Arbitrary<tf.backend_util.ExplicitPadding> = fc
  .tuple(border, border)
  .map(([height, width]) => [[0, 0], height, width, [0, 0]]);

/** Computes a convolution's sizes, [channels last]. */
export function sizesOf(given: Convolution, depthwise = false): tf.backend_util.Conv2DInfo {
  const { image, filter, strides, dilations, pad, rounding } = given;
  return tf.backend_util.computeConv2DInfo(
    [given.batch, ...image, given.channels],
    [...filter, given.channels, given.out],
    strides,
    dilations,
    pad,
    rounding,
    depthwise,
  );
}

/**
 * Whether the wasm engine's own convolution can do it. With padding by number TensorFlow.js takes a filter's width
 * for its height, so that the output has another shape than that engine writes; and with padding "same" that engine
 * errs where strides pass over the end of an image.
 */
export function isSound(given: Convolution, depthwise = false): boolean {
  const { padInfo, ...info } = sizesOf(given, depthwise);
  const { top, bottom, left, right } = padInfo;
  const isRight = (room: number, filter: number, [stride, out]: readonly [number, number]) => {
    if (given.pad === "same") return (out - 1) * stride + filter >= room;
    return out === Math.floor((room - filter) / stride) + 1;
  };
  const { effectiveFilterHeight: height, effectiveFilterWidth: width } = info;
  return (
    isRight(info.inHeight + top + bottom, height, [info.strideHeight, info.outHeight]) &&
    isRight(info.inWidth + left + right, width, [info.strideWidth, info.outWidth])
  );
}

/** Makes a grid of convolutions that have an output. */
export function convolutions(grid: ConvolutionGrid = {}): fc.Arbitrary<Convolution> {
  const { depthwise = false, dilated = false, unusual = false } = grid;
  return fc
    .record({
      batch: fc.integer({ min: 1, max: 3 }),
      image: pair(9),
      channels: fc.integer({ min: 1, max: 6 }),
      filter: pair(4),
      out: fc.integer({ min: 1, max: depthwise ? 3 : 10 }),
      strides: pair(3),
      dilations: dilated ? pair(3) : fc.constant<Pair>([1, 1]),
      pad: unusual ? fc.oneof(fc.nat(2), explicit) : fc.constantFrom("same", "valid"),
      rounding: unusual
        ? fc.constantFrom(undefined, "floor", "round", "ceil")
        : fc.constant(undefined),
      seed: fc.integer({ min: 1, max: 1e6 }),
    } satisfies Record<keyof Convolution, unknown>)
    .filter((given) => {
      const { outHeight, outWidth } = sizesOf(given);
      return outHeight > 0 && outWidth > 0;
    });
}

/** Draws a convolution's images, filter, and a gradient of its output. */
export function tensorsOf(given: Convolution, depthwise = false) {
  const { batch, image, channels, filter, out, seed } = given;
  return {
    x: numbers([batch, ...image, channels], seed) as tf.Tensor4D,
    filter: numbers([...filter, channels, out], seed + 1) as tf.Tensor4D,
    dy: numbers(sizesOf(given, depthwise).outShape, seed + 2) as tf.Tensor4D,
  };
}

/** Sizes on and next to those of blocks and panels in simd/gemm.ts: pixels, patches, and out channels. */
export const BLOCK_EDGES: readonly Convolution[] = [
  // 256, 289 and 64 pixels, patches of 9 to 513 numbers
  { image: [16, 16], channels: 1, filter: [3, 3], out: 8, strides: [1, 1] },
  { image: [17, 17], channels: 3, filter: [1, 1], out: 513, strides: [1, 1] },
  { image: [16, 16], channels: 57, filter: [3, 3], out: 7, strides: [2, 2] },
  { image: [12, 11], channels: 16, filter: [4, 2], out: 9, strides: [1, 1] },
  { image: [5, 6], channels: 43, filter: [3, 1], out: 257, strides: [1, 2] },
].map((some) => ({
  ...(some as Pick<Convolution, "image" | "channels" | "filter" | "out" | "strides">),
  ...{ batch: 2, dilations: [1, 1], pad: "same", rounding: undefined, seed: 5 },
}));
