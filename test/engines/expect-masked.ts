import * as tf from "@tensorflow/tfjs";
import { createLearner } from "@unequal/backends";
import type { HostArray } from "@unequal/core";
import { expect } from "vitest";
import { maskedData, maskedLosses } from "./masked-models.js";

const ROWS = 4;
/** What a pass keeps can hurt the next. */
const STEPS = 2;

async function host(tensor: tf.Tensor): Promise<HostArray> {
  return { data: Float32Array.from(await tensor.data()), shape: tensor.shape, dtype: "float32" };
}

async function expectClose(found: ArrayLike<number>, right: tf.Tensor, tolerance: number) {
  const values = Array.from(await right.data());
  expect(found.length).toBe(values.length);
  const gaps = values.map((value, at) => Math.abs((found[at] as number) - value));
  expect(Math.max(...gaps)).toBeLessThan(tolerance);
}

/** Computes the norm of every example's gradient, one after the other. */
function gradientNorms(model: tf.LayersModel): tf.Tensor1D {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const norms = Array.from({ length: ROWS }, (_, row) => {
    const loss = (): tf.Scalar => tf.squeeze(tf.slice(maskedLosses(model, maskedData()), row, 1));
    const { grads } = tf.variableGrads(loss, variables);
    return tf.sqrt(tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))));
  });
  return tf.stack(norms) as tf.Tensor1D;
}

/**
 * Expects steps with `mask: true` to be those of gradient descent along a loss whose mask is written out, with the
 * losses and, of the last, exact gradient norms of each example, and no tensor left behind.
 */
export async function expectMasked(
  make: () => tf.LayersModel,
  { tolerance, norms = true }: { readonly tolerance: number; readonly norms?: boolean },
): Promise<void> {
  const [ours, theirs] = [make(), make()];
  const learner = createLearner(ours, { mask: true });
  const { x, y } = maskedData();
  const batch = learner.upload({ size: ROWS, inputs: [await host(x)], targets: [await host(y)] });
  const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
  const coefficients = new Float32Array(ROWS).fill(1 / ROWS);
  let before = 0;
  for (let step = 0; step < STEPS; step++) {
    const { loss } = await learner.compute(["loss"], batch);
    await learner.step({ batch, rows, coefficients }, { noise: step, signals: ["loss"] });
    if (step > 0) expect(tf.memory().numTensors).toBe(before);
    const losses = tf.tidy(() => maskedLosses(theirs, maskedData()));
    await expectClose(loss ?? [], losses, tolerance);
    const cost = (): tf.Scalar => tf.mean(maskedLosses(theirs, maskedData()));
    theirs.optimizer.minimize(cost);
    losses.dispose();
    before = tf.memory().numTensors;
  }
  const right = theirs.getWeights();
  for (const [at, weight] of ours.getWeights().entries())
    await expectClose(await weight.data(), right[at] as tf.Tensor, tolerance);
  if (norms) {
    const found = await learner.compute(["gradient-norm"], batch);
    const naive = tf.tidy(() => gradientNorms(theirs));
    await expectClose(found["gradient-norm"] ?? [], naive, tolerance);
    naive.dispose();
  }
  batch.dispose();
  learner.dispose?.();
  tf.dispose([x, y]);
  for (const model of [ours, theirs]) model.dispose();
}
