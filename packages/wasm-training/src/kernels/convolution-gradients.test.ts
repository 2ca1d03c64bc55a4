import * as tf from "@tensorflow/tfjs";
import { describe, test } from "vitest";
import {
  BLOCK_EDGES,
  convolutions,
  isSound,
  tensorsOf,
  type Convolution,
} from "../../testing/convolution-cases.js";
import { draw, expectEngineAgreement, runKernel } from "../../testing/kernel-cases.js";

const TO_FIRST = [0, 3, 1, 2];

function attrsOf({ strides, pad }: Convolution, rounding: string | undefined): object {
  return { strides, pad, dataFormat: "NHWC", dimRoundingMode: rounding };
}

/** The gradients of tf.conv2d forget how lengths were rounded, so their ∂y may have a row and a column too many. */
function filterGradient(
  given: Convolution,
  rounding: string | undefined = given.rounding,
): tf.Tensor {
  const { x, filter, dy } = tensorsOf(given);
  const attrs = { ...attrsOf(given, rounding), filterShape: filter.shape };
  return runKernel(tf.Conv2DBackpropFilter, { x, dy }, attrs);
}

function inputGradient(
  given: Convolution,
  rounding: string | undefined = given.rounding,
): tf.Tensor {
  const { x, filter, dy } = tensorsOf(given);
  const attrs = { ...attrsOf(given, rounding), inputShape: x.shape };
  return runKernel(tf.Conv2DBackpropInput, { dy, filter }, attrs);
}

/** Both gradients of tf.conv2d. */
function gradients(given: Convolution, format: "NHWC" | "NCHW"): tf.Tensor[] {
  const { strides, pad, rounding } = given;
  const { x, filter, dy } = tensorsOf(given);
  const first = format === "NCHW";
  const images = (t: tf.Tensor) => (first ? tf.transpose(t, TO_FIRST) : t);
  const padding = first && Array.isArray(pad) ? TO_FIRST.map((axis) => pad[axis]) : pad;
  const f = (image: tf.Tensor, weights: tf.Tensor) =>
    tf.conv2d(
      image as tf.Tensor4D,
      weights as tf.Tensor4D,
      strides,
      padding as never,
      format,
      1,
      rounding,
    );
  return tf.grads(f)([images(x), filter], images(dy));
}

const usual = convolutions();
const unusual = convolutions({ unusual: true });
const rounded = draw(unusual, 120)
  .filter(({ rounding }) => rounding !== undefined)
  .slice(0, 40);
const zero = { ...BLOCK_EDGES[3], image: [4, 5], channels: 3 } as Convolution;

/** No images, no output, or no channels. */
const ZERO_SIZES: readonly Convolution[] = [
  { ...zero, batch: 0 },
  { ...zero, image: [3, 5], pad: "valid" },
  { ...zero, image: [4, 1], pad: "valid" },
  { ...zero, out: 0 },
  { ...zero, channels: 0 },
];

function wholeNumbers(...tensors: readonly tf.Tensor[]): tf.Tensor[] {
  return tensors.map((x) => tf.mul(x, 9).toInt());
}

describe("Conv2DBackpropFilter", () => {
  test("takes whole numbers", async () => {
    await expectEngineAgreement(draw(usual, 5), {
      run: (given) => {
        const [x, dy] = wholeNumbers(tensorsOf(given).x, tensorsOf(given).dy);
        const attrs = { ...attrsOf(given, undefined), filterShape: tensorsOf(given).filter.shape };
        return runKernel(tf.Conv2DBackpropFilter, { x, dy }, attrs);
      },
    });
  });

  test("leaves out what a ∂y has too much, of 40 paddings and roundings", async () => {
    await expectEngineAgreement(rounded, { run: (given) => filterGradient(given, "floor") });
  });

  test("equals the cpu engine's for 30 convolutions", async () => {
    await expectEngineAgreement(draw(usual, 30), { run: (given) => filterGradient(given) });
  });

  test("equals it for 40 paddings, by number and by side, and roundings", async () => {
    await expectEngineAgreement(draw(unusual, 40), { run: (given) => filterGradient(given) });
  });

  test("equals it on both sides of every block's edge", async () => {
    await expectEngineAgreement(BLOCK_EDGES, { run: (given) => filterGradient(given) });
  });

  test("is zero without images or pixels, and empty without channels", async () => {
    await expectEngineAgreement(ZERO_SIZES, { run: (given) => filterGradient(given) });
  });
});

describe("Conv2DBackpropInput", () => {
  test("takes whole numbers", async () => {
    await expectEngineAgreement(draw(usual, 5), {
      run: (given) => {
        const [dy, filter] = wholeNumbers(tensorsOf(given).dy, tensorsOf(given).filter);
        const attrs = { ...attrsOf(given, undefined), inputShape: tensorsOf(given).x.shape };
        return runKernel(tf.Conv2DBackpropInput, { dy, filter }, attrs);
      },
    });
  });

  test("leaves out what a ∂y has too much, of 40 paddings and roundings", async () => {
    await expectEngineAgreement(rounded, { run: (given) => inputGradient(given, "floor") });
  });

  test("equals the cpu engine's for 30 convolutions", async () => {
    await expectEngineAgreement(draw(usual, 30), { run: (given) => inputGradient(given) });
  });

  test("equals it for 40 paddings, by number and by side, and roundings", async () => {
    await expectEngineAgreement(draw(unusual, 40), { run: (given) => inputGradient(given) });
  });

  test("equals it on both sides of every block's edge", async () => {
    await expectEngineAgreement(BLOCK_EDGES, { run: (given) => inputGradient(given) });
  });

  test("is zero without pixels or out channels, and empty without images or channels", async () => {
    await expectEngineAgreement(ZERO_SIZES, { run: (given) => inputGradient(given) });
  });
});

describe("gradients of tf.conv2d", () => {
  test.each(["NHWC", "NCHW"] as const)("equal the cpu engine's for 30 of %s", async (format) => {
    await expectEngineAgreement(draw(usual, 30), { run: (given) => gradients(given, format) });
  });

  test.each(["NHWC", "NCHW"] as const)(
    "equal it for 30 paddings and roundings of %s",
    async (format) => {
      const cases = draw(unusual, 90).filter((given) => isSound(given));
      await expectEngineAgreement(cases.slice(0, 30), { run: (given) => gradients(given, format) });
    },
  );

  test("equal it for one image of rank 3", async () => {
    const cases = draw(usual, 10).map((given) => ({ ...given, batch: 1 }));
    await expectEngineAgreement(cases, {
      run: (given) => {
        const { x, filter, dy } = tensorsOf(given);
        const f = (image: tf.Tensor, weights: tf.Tensor) =>
          tf.conv2d(image as tf.Tensor3D, weights as tf.Tensor4D, given.strides, given.pad);
        return tf.grads(f)([tf.squeeze(x, [0]), filter], tf.squeeze(dy, [0]));
      },
    });
  });
});

describe("tf.conv2dTranspose", () => {
  const transpose = (given: Convolution, dtype: "float32" | "int32"): tf.Tensor => {
    const { x, filter, dy } = tensorsOf(given);
    const from = dtype === "int32" ? tf.mul(dy, 9).toInt() : dy;
    const { strides, pad, rounding } = given;
    return tf.conv2dTranspose(from as tf.Tensor4D, filter, x.shape, strides, pad, rounding);
  };

  test("equals the cpu engine's for 30 convolutions and 20 unusual ones", async () => {
    const cases = [...draw(usual, 30), ...draw(unusual, 20)];
    await expectEngineAgreement(cases, { run: (given) => transpose(given, "float32") });
  });

  test("takes whole numbers", async () => {
    await expectEngineAgreement(draw(usual, 5), { run: (given) => transpose(given, "int32") });
  });

  test("has the gradients of the cpu engine", async () => {
    await expectEngineAgreement(
      draw(usual, 40).filter((given) => isSound(given)),
      {
        run: (given) => {
          const { x, filter, dy } = tensorsOf(given);
          const f = (image: tf.Tensor, weights: tf.Tensor) =>
            tf.conv2dTranspose(
              image as tf.Tensor4D,
              weights as tf.Tensor4D,
              x.shape,
              given.strides,
              given.pad,
            );
          return tf.grads(f)([dy, filter], x);
        },
      },
    );
  });
});
