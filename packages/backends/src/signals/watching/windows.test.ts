import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { numbers } from "../../../testing/gradient-norm-oracle.js";
import { optionsGrid } from "../../../testing/options-grid.js";
import { patches, windowsOver } from "./windows.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const shapes = optionsGrid({
  kernelSize: [[3, 2] as const, [2, 5] as const, [1, 1] as const],
  strides: [[1, 1] as const, [2, 3] as const, [4, 1] as const],
  dilation: [[1, 1] as const, [2, 1] as const],
  padding: ["valid", "same"],
}).filter(({ strides, dilation }) => dilation[0] === 1 || strides[0] * strides[1] === 1);

test.each(shapes)("patches times the kernel are the convolution: %o", (shape) => {
  const { kernelSize, strides, dilation, padding } = shape;
  const x = numbers([9, 8, 3]) as tf.Tensor4D;
  const kernel: tf.Tensor4D = tf.reshape(
    tf.slice(numbers([kernelSize[0] * kernelSize[1] * 6]), 0, 1),
    [...kernelSize, 3, 2],
  );
  const expected = tf.conv2d(x, kernel, [...strides], padding, "NHWC", [...dilation]);
  const windows = windowsOver([9, 8], shape);
  const unfolded = patches(x, windows);
  const products = tf.matMul(
    tf.reshape(unfolded, [-1, windows.taps * 3]),
    tf.reshape(kernel, [-1, 2]),
  );
  expect(windows.positions).toBe(expected.shape[1] * expected.shape[2]);
  expect(
    tf.max(tf.abs(tf.sub(tf.reshape(products, expected.shape), expected))).arraySync(),
  ).toBeLessThan(1e-5);
});
