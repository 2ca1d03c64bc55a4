import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  convolutions,
  isSound,
  sizesOf,
  tensorsOf,
  type Convolution,
} from "../../testing/convolution-cases.js";
import { draw, expectEngineAgreement, numbers, runKernel } from "../../testing/kernel-cases.js";

const TO_FIRST = [0, 3, 1, 2];

function paddingFirst({ pad }: Convolution): Convolution["pad"] {
  return Array.isArray(pad)
    ? (TO_FIRST.map((axis) => pad[axis]) as tf.backend_util.ExplicitPadding)
    : pad;
}

/** Convolutions that the engine's own kernel does right; strides and dilations are not both more than 1. */
function sound(grid: fc.Arbitrary<Convolution>, count: number, depthwise = false): Convolution[] {
  return draw(grid, 20 * count)
    .map((given) =>
      Math.max(...given.dilations) > 1 ? { ...given, strides: [1, 1] as [number, number] } : given,
    )
    .filter((given) => isSound(given, depthwise) && sizesOf(given).outWidth > 0)
    .slice(0, count);
}

const dilated = convolutions({ dilated: true });
const unusual = convolutions({ dilated: true, unusual: true });

function convolveFirst(given: Convolution): tf.Tensor {
  const { strides, dilations, rounding } = given;
  const { x, filter } = tensorsOf(given);
  const images = tf.transpose(x, TO_FIRST);
  const pad = paddingFirst(given);
  return tf.conv2d(images, filter, strides, pad, "NCHW", dilations, rounding);
}

describe("Conv2D of images [N, C, H, W]", () => {
  test("equals the cpu engine's for 40 convolutions", async () => {
    await expectEngineAgreement(sound(dilated, 40), { run: convolveFirst });
  });

  test("equals it for 30 paddings, by number and by side, and roundings", async () => {
    await expectEngineAgreement(sound(unusual, 30), { run: convolveFirst });
  });

  test("equals it for one image of rank 3", async () => {
    await expectEngineAgreement(sound(dilated, 10), {
      run: (given) => {
        const { x, filter } = tensorsOf({ ...given, batch: 1 });
        const images = tf.squeeze<tf.Tensor3D>(tf.transpose(x, TO_FIRST), [0]);
        return tf.conv2d(images, filter, given.strides, given.pad, "NCHW", given.dilations);
      },
    });
  });

  test("is empty for no image", async () => {
    await expectEngineAgreement([[0, 3, 5, 4]] as const, {
      run: (shape) => {
        const images = numbers(shape, 1) as tf.Tensor4D;
        return tf.conv2d(images, numbers([2, 2, 3, 6], 2) as tf.Tensor4D, 1, "same", "NCHW");
      },
    });
  });
});

const ACTIVATIONS = ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"] as const;

/** What a fused convolution does after it: shapes that broadcast to [N, H, W, C], written with 1 or full lengths. */
interface Tail {
  readonly activation: (typeof ACTIVATIONS)[number];
  /** Rank of the bias, 0 to 4. */
  readonly bias: number | undefined;
  /** Rank of the slopes of prelu. */
  readonly slopes: number;
  /** Which of [N, H, W, C] are 1. */
  readonly ones: readonly boolean[];
}

function tails(biases: readonly number[], slopes: readonly number[]): fc.Arbitrary<Tail> {
  return fc.record({
    activation: fc.constantFrom(...ACTIVATIONS),
    bias: fc.option(fc.constantFrom(...biases), { nil: undefined }),
    slopes: fc.constantFrom(...slopes),
    ones: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
  });
}

function tailOf(given: Convolution, { bias, slopes, activation, ones }: Tail, depthwise: boolean) {
  const full = sizesOf(given, depthwise).outShape.map((size, at) => (ones[at] ? 1 : size));
  const last = (rank: number): number[] => full.slice(4 - rank);
  return {
    activation,
    leakyreluAlpha: 0.3,
    // beyond the 6 of relu6
    ...(bias !== undefined && { bias: tf.mul(numbers(last(bias), given.seed + 3), 9) }),
    ...(activation === "prelu" && {
      preluActivationWeights: numbers(last(slopes), given.seed + 4),
    }),
  };
}

type Fused = readonly [Convolution, Tail];

function convolveFused([given, tail]: Fused): tf.Tensor {
  const { strides, pad, dilations, rounding } = given;
  const { x, filter } = tensorsOf(given);
  return tf.fused.conv2d({
    ...{ x, filter, strides, pad, dilations },
    ...(rounding && { dimRoundingMode: rounding }),
    ...tailOf(given, tail, false),
  });
}

function convolveFusedFirst([given, tail]: Fused): tf.Tensor {
  const { strides, dilations, rounding } = given;
  const { x, filter } = tensorsOf(given);
  const { preluActivationWeights: slopes, ...rest } = tailOf(given, tail, false);
  return tf.fused.conv2d({
    ...{ x: tf.transpose(x, TO_FIRST), filter, strides, dilations },
    ...{ pad: paddingFirst(given), dataFormat: "NCHW" },
    ...(rounding && { dimRoundingMode: rounding }),
    ...rest,
    ...(slopes && { preluActivationWeights: slopes }),
  });
}

function convolveFusedDepthwise([given, tail]: Fused): tf.Tensor {
  const { strides, pad, dilations, rounding } = given;
  const { x, filter } = tensorsOf(given, true);
  return tf.fused.depthwiseConv2d({
    ...{ x, filter, strides, pad: pad as "same", dilations },
    ...(rounding && { dimRoundingMode: rounding }),
    ...tailOf(given, tail, true),
  });
}

function pairs(cases: readonly Convolution[], grid: fc.Arbitrary<Tail>): Fused[] {
  const drawn = draw(grid, cases.length);
  return cases.map((given, at) => [given, drawn[at] as Tail]);
}

describe("FusedConv2D", () => {
  test("equals the cpu engine's for 60 biases of ranks 0 to 4, slopes and activations", async () => {
    const cases = pairs(sound(dilated, 60), tails([0, 1, 3, 4], [0, 1, 3]));
    await expectEngineAgreement(cases, { run: convolveFused });
  });

  test("equals it for 20 paddings, by number and by side", async () => {
    const cases = pairs(sound(unusual, 20), tails([0, 1], [1]));
    await expectEngineAgreement(cases, { run: convolveFused });
  });

  test("equals it for 40 of images [N, C, H, W]", async () => {
    const cases = pairs(sound(dilated, 40), tails([0, 1], [0, 1]));
    await expectEngineAgreement(cases, { run: convolveFusedFirst });
  });

  test("equals it for slopes of rank 3 of images [N, C, H, W]", async () => {
    const cases = pairs(sound(dilated, 5), tails([1], [1])).map(([given]): Fused => {
      const tail = { activation: "prelu" as const, bias: 1, slopes: 1 };
      return [given, { ...tail, ones: [false, false, false, false] }];
    });
    await expectEngineAgreement(cases, {
      run: ([given]) => {
        const { strides, pad, dilations } = given;
        const { x, filter } = tensorsOf(given);
        const { outHeight, outWidth, outChannels } = sizesOf(given);
        const alpha = numbers([outChannels, outHeight, outWidth], given.seed + 4);
        const attrs = { strides, pad, dilations, dataFormat: "NCHW", activation: "prelu" };
        const images = tf.transpose(x, TO_FIRST);
        return runKernel(
          tf.FusedConv2D,
          { x: images, filter, preluActivationWeights: alpha },
          attrs,
        );
      },
    });
  });

  test("has the gradients of the cpu engine", async () => {
    const cases = sound(convolutions(), 15);
    await expectEngineAgreement(cases, {
      run: (given) => {
        const { strides, pad } = given;
        const { x, filter, dy } = tensorsOf(given);
        const bias = numbers([given.out], given.seed + 3);
        const f = (image: tf.Tensor, weights: tf.Tensor, b: tf.Tensor) =>
          tf.fused.conv2d({
            ...{ x: image as tf.Tensor4D, filter: weights as tf.Tensor4D, strides, pad, bias: b },
          });
        return tf.grads(f)([x, filter, bias], dy);
      },
    });
  });
});

describe("FusedDepthwiseConv2D", () => {
  test("equals the cpu engine's for 60 biases of ranks 0 to 4, slopes and activations", async () => {
    const grid = convolutions({ depthwise: true, dilated: true });
    const cases = pairs(sound(grid, 60, true), tails([0, 1, 3, 4], [0, 1, 3, 4]));
    await expectEngineAgreement(cases, { run: convolveFusedDepthwise });
  });

  test("equals it for 20 paddings, by number and by side", async () => {
    const grid = convolutions({ depthwise: true, dilated: true, unusual: true });
    const cases = pairs(sound(grid, 20, true), tails([0, 1], [1]));
    await expectEngineAgreement(cases, { run: convolveFusedDepthwise });
  });
});
