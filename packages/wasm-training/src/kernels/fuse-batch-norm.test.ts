import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import { beforeAll, expect, test, vi } from "vitest";
import { BATCH_NORM_GRAD } from "./batch-norm-grad.js";
import "../../testing/installed.js";

beforeAll(async () => {
  await tf.setBackend("wasm");
});

const CHANNELS = 5;

test("the gradient of batch normalisation equals central differences to 1 %, and is one kernel", () => {
  const kernel = vi.spyOn(tf.getKernel(BATCH_NORM_GRAD, "wasm"), "kernelFunc");
  const random = createRandom(4);
  const draw = (shape: number[], least = -0.5): tf.Variable =>
    tf.variable(
      tf.tensor(
        Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => least + random.uniform()),
        shape,
      ),
    );
  const [x, weights] = [draw([3, 4, 2, CHANNELS]), draw([3, 4, 2, CHANNELS])];
  const [mean, variance] = [draw([CHANNELS]), draw([CHANNELS], 0.5)];
  const [offset, scale] = [draw([CHANNELS]), draw([CHANNELS], 0.5)];
  const loss = (): tf.Scalar =>
    tf.tidy(() =>
      tf.sum(
        tf.mul(
          weights,
          tf.batchNorm(
            x as tf.Tensor4D,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            offset as tf.Tensor1D,
            scale as tf.Tensor1D,
            1e-3,
          ),
        ),
      ),
    );
  const watched = [x, mean, variance, offset, scale];
  const { grads } = tf.variableGrads(loss, watched);
  expect(kernel).toHaveBeenCalledTimes(1);
  kernel.mockRestore();
  for (const variable of watched) {
    const gradient = [...(grads[variable.name] as tf.Tensor).dataSync()];
    const start = variable.clone();
    const direction = gradient.map(() => random.uniform() - 0.5);
    const shifted = (by: number): number => {
      variable.assign(tf.add(start, tf.mul(tf.tensor(direction, variable.shape), by)));
      return loss().dataSync()[0] as number;
    };
    const difference = (shifted(0.01) - shifted(-0.01)) / 0.02;
    variable.assign(start);
    const expected = gradient.reduce((sum, each, at) => sum + each * (direction[at] as number), 0);
    expect(Math.abs(difference - expected)).toBeLessThanOrEqual(
      0.01 * Math.max(0.1, Math.abs(expected)),
    );
  }
});

test("gradients of gradients equal the cpu engine's", async () => {
  const second = (): number[] =>
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, -1, 0.5, 3, -2], [3, 2]);
      const [mean, variance] = [tf.tensor1d([0.5, 0.1]), tf.tensor1d([1, 2])];
      const [offset, scale] = [tf.tensor1d([0, 1]), tf.tensor1d([2, 3])];
      const outputs = (input: tf.Tensor): tf.Tensor =>
        tf.sum(
          tf.pow(tf.batchNorm2d(input as tf.Tensor2D, mean, variance, offset, scale, 1e-3), 3),
        );
      const slopes = (input: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.grad(outputs)(input)));
      return [...tf.grad(slopes)(x).dataSync()];
    });
  const ours = second();
  await tf.setBackend("cpu");
  const theirs = second();
  await tf.setBackend("wasm");
  ours.forEach((value, at) => {
    const expected = theirs[at] as number;
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(expected)));
  });
});
