import * as tf from "@tensorflow/tfjs";
import { describe, test } from "vitest";
import {
  convolutions,
  isSound,
  sizesOf,
  tensorsOf,
  type Convolution,
} from "../../testing/convolution-cases.js";
import { draw, expectEngineAgreement, runKernel } from "../../testing/kernel-cases.js";

function attrsOf({ strides, dilations, pad, rounding }: Convolution): object {
  return { strides, dilations, pad, dimRoundingMode: rounding };
}

function filterGradient(given: Convolution): tf.Tensor {
  const { x, filter, dy } = tensorsOf(given, true);
  const attrs = { ...attrsOf(given), filterShape: filter.shape };
  return runKernel(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, attrs);
}

function inputGradient(given: Convolution): tf.Tensor {
  const { x, filter, dy } = tensorsOf(given, true);
  const attrs = { ...attrsOf(given), inputShape: x.shape };
  return runKernel(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, attrs);
}

/** For each tap of the filter, where it lies in the filter that is spread out by zeros. */
function taps({ filter, dilations }: Convolution): [tf.Tensor1D, tf.Tensor1D] {
  return filter.map((length, axis) =>
    tf.range(0, length * (dilations[axis] as number), dilations[axis], "int32"),
  ) as [tf.Tensor1D, tf.Tensor1D];
}

/** Sizes of the filter that is spread out by zeros. */
function spreadShape(given: Convolution): number[] {
  const { effectiveFilterHeight, effectiveFilterWidth } = sizesOf(given, true);
  return [effectiveFilterHeight, effectiveFilterWidth, given.channels, given.out];
}

/** The cpu engine leaves dilations out of these gradients, so its filter is spread out by zeros instead. */
function spreadFilterGradient(given: Convolution): tf.Tensor {
  const { x, dy } = tensorsOf(given, true);
  const attrs = { ...attrsOf(given), dilations: [1, 1], filterShape: spreadShape(given) };
  const spread = runKernel(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, attrs);
  const [rows, columns] = taps(given);
  return tf.gather(tf.gather(spread, rows, 0), columns, 1);
}

function spreadInputGradient(given: Convolution): tf.Tensor {
  const { x, filter, dy } = tensorsOf(given, true);
  const attrs = { ...attrsOf(given), dilations: [1, 1], inputShape: x.shape };
  const spread = tf.buffer(spreadShape(given));
  const [down, right] = given.dilations;
  filter
    .arraySync()
    .forEach((row, y) =>
      row.forEach((tap, at) =>
        tap.forEach((outs, c) =>
          outs.forEach((value, m) => spread.set(value, y * down, at * right, c, m)),
        ),
      ),
    );
  const inputs = { dy, filter: spread.toTensor() };
  return runKernel(tf.DepthwiseConv2dNativeBackpropInput, inputs, attrs);
}

const usual = convolutions({ depthwise: true });
const unusual = convolutions({ depthwise: true, unusual: true });
// strides and dilations of more than 1 at once, too, which only a kernel's own caller can ask for
const dilated = convolutions({ depthwise: true, dilated: true });
const dilatedUnusual = convolutions({ depthwise: true, dilated: true, unusual: true });

const one = { batch: 2, image: [6, 5], filter: [3, 3], strides: [1, 1], dilations: [1, 1] };
const single = { ...one, pad: "same", rounding: undefined, out: 1, seed: 4 };

/** Channels on and next to the four that are read at once, with one and more out channels each. */
const WIDE = [1, 3, 4, 5, 8, 31, 129].flatMap((channels) =>
  [1, 2, 3].map((out) => ({ ...single, channels, out }) as Convolution),
);

const ZERO_SIZES = [
  { ...single, channels: 3, batch: 0 },
  { ...single, channels: 3, image: [2, 5], pad: "valid" },
  { ...single, channels: 3, image: [5, 2], pad: "valid" },
  { ...single, channels: 3, out: 0 },
] as Convolution[];

const KERNELS = [
  {
    name: "DepthwiseConv2dNativeBackpropFilter",
    run: filterGradient,
    reference: spreadFilterGradient,
  },
  {
    name: "DepthwiseConv2dNativeBackpropInput",
    run: inputGradient,
    reference: spreadInputGradient,
  },
];

describe.each(KERNELS)("$name", ({ run, reference }) => {
  test("equals the cpu engine's for 30 convolutions with 1 to 3 out channels each", async () => {
    await expectEngineAgreement(draw(usual, 30), { run });
  });

  test("equals it for 30 paddings, by number and by side, and roundings", async () => {
    await expectEngineAgreement(draw(unusual, 30), { run });
  });

  test("equals it for 40 dilations", async () => {
    const cases = [...draw(dilated, 20), ...draw(dilatedUnusual, 20)];
    await expectEngineAgreement(cases, { run, reference });
  });

  test("equals it for every count of channels that is left over", async () => {
    await expectEngineAgreement(WIDE, { run });
  });

  test("is zero or empty where there are no images, pixels or out channels", async () => {
    await expectEngineAgreement(ZERO_SIZES, { run });
  });
});

describe("gradients of tf.depthwiseConv2d", () => {
  test("equal the cpu engine's for 40 convolutions", async () => {
    const cases = [...draw(usual, 30), ...draw(unusual, 60)]
      .filter((given) => isSound({ ...given, rounding: "floor" }, true))
      .slice(0, 40);
    await expectEngineAgreement(cases, {
      run: (given) => {
        const { strides, pad, rounding } = given;
        const { x, filter, dy } = tensorsOf(given, true);
        const f = (image: tf.Tensor, weights: tf.Tensor) =>
          tf.depthwiseConv2d(
            image as tf.Tensor4D,
            weights as tf.Tensor4D,
            strides,
            pad,
            "NHWC",
            1,
            rounding,
          );
        return tf.grads(f)([x, filter], dy);
      },
    });
  });
});
