import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, test } from "vitest";
import { convolutions, isSound, type Convolution } from "../../testing/convolution-cases.js";
import {
  draw,
  expectEngineAgreement,
  numbers,
  runKernel,
  wholes,
} from "../../testing/kernel-cases.js";

type Make = (shape: readonly number[], seed: number) => tf.Tensor;

/** Numbers of which many are equal, so that a window has more than one largest. */
const tied: Make = (shape, seed) => wholes(shape, [-1, 1], seed).toFloat();

/** Finite numbers, and where one is −1 the `least`; with few others, so that whole windows are of it. */
const lowest =
  (least: number): Make =>
  (shape, seed) => {
    const drawn = wholes(shape, [-1, 9], seed).toFloat();
    const x = tf.where(tf.greater(drawn, 7), drawn, tf.fill([...shape], -1));
    return tf.where(tf.equal(x, -1), tf.fill([...shape], least), x);
  };

function shapesOf(given: Convolution) {
  const { batch, image, channels, filter, strides, pad, rounding } = given;
  const shape: [number, number, number, number] = [batch, ...image, channels];
  const info = tf.backend_util.computePool2DInfo(shape, filter, strides, 1, pad, rounding);
  return { shape, outShape: info.outShape };
}

/** The gradient of tf.maxPool forgets how lengths were rounded, so its ∂y may have a row and a column too many. */
function gradient(given: Convolution, make: Make, rounding = given.rounding): tf.Tensor {
  const { filter, strides, pad, seed } = given;
  const { shape, outShape } = shapesOf(given);
  const input = make(shape, seed);
  const dy = numbers(outShape, seed + 1);
  const attrs = { filterSize: filter, strides, pad, dimRoundingMode: rounding };
  return runKernel(tf.MaxPoolGrad, { dy, input, output: tf.zerosLike(dy) }, attrs);
}

const usual = convolutions();
const unusual = convolutions({ unusual: true });

/** Windows of 3 × 3 or 4 × 2 in steps of 1, so that a pixel is the largest of many. */
const overlapping = fc
  .tuple(convolutions(), fc.constantFrom([3, 3], [4, 2]))
  .map(([given, filter]) => ({
    ...{ ...given, filter: filter as [number, number], strides: [1, 1] as [number, number] },
    pad: "same" as const,
  }));

const single = { batch: 2, image: [6, 5], filter: [3, 2], strides: [2, 1], dilations: [1, 1] };
const one = { ...single, pad: "same", rounding: undefined, channels: 3, out: 1, seed: 3 };

describe("MaxPoolGrad", () => {
  test("equals the cpu engine's for 30 poolings", async () => {
    await expectEngineAgreement(draw(usual, 30), { run: (given) => gradient(given, numbers) });
  });

  test("equals it for 40 paddings, by number and by side, and roundings", async () => {
    await expectEngineAgreement(draw(unusual, 40), { run: (given) => gradient(given, numbers) });
  });

  test("gives to the first of equal numbers, of 40 overlapping poolings", async () => {
    const cases = [...draw(overlapping, 30), ...draw(unusual, 10)];
    await expectEngineAgreement(cases, { run: (given) => gradient(given, tied) });
  });

  test("gives to the first also where all of a window is −∞, as it does for any other number", async () => {
    await expectEngineAgreement([...draw(overlapping, 20), ...draw(unusual, 10)], {
      run: (given) => gradient(given, lowest(-Infinity)),
      reference: (given) => gradient(given, lowest(-1e30)),
    });
  });

  test("equals it for every count of channels that is left over", async () => {
    const cases = [1, 2, 3, 4, 5, 7, 8, 9, 130].map(
      (channels) => ({ ...one, channels }) as Convolution,
    );
    await expectEngineAgreement(cases, { run: (given) => gradient(given, numbers) });
  });

  test("is zero or empty where there are no images or pixels", async () => {
    const cases = [
      { ...one, batch: 0 },
      { ...one, channels: 0 },
      { ...one, image: [2, 5], pad: "valid" },
      { ...one, image: [6, 1], pad: "valid" },
    ] as Convolution[];
    await expectEngineAgreement(cases, { run: (given) => gradient(given, numbers) });
  });
});

describe("gradient of tf.maxPool", () => {
  test("equals the cpu engine's for 30 poolings", async () => {
    await expectEngineAgreement(
      draw(usual, 60)
        .filter((given) => isSound(given))
        .slice(0, 30),
      {
        run: (given) => {
          const { filter, strides, pad, seed } = given;
          const { shape, outShape } = shapesOf(given);
          const f = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, filter, strides, pad);
          return tf.grad(f)(numbers(shape, seed), numbers(outShape, seed + 1));
        },
      },
    );
  });

  test("leaves out what a ∂y has too much, of 40 paddings and roundings", async () => {
    const cases = draw(unusual, 80).filter(({ rounding }) => rounding !== undefined);
    await expectEngineAgreement(cases.slice(0, 40), {
      run: (given) => gradient(given, numbers, "floor"),
    });
  });
});
