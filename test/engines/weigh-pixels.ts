import * as tf from "@tensorflow/tfjs";
import { setUpPart, Registry, type HostArray, type Part } from "@unequal/core";
import { disposeModel } from "./engine-models.js";

/** How targets name the classes of pixels, and the loss that takes them so. */
const CODINGS = {
  ids: "sparseCategoricalCrossentropy",
  shares: "categoricalCrossentropy",
  share: "binaryCrossentropy",
} as const;

const SIZE = 3;
const PIXELS = 4;

function column(width: number, value: (at: number) => number): HostArray {
  const data = Float32Array.from({ length: SIZE * PIXELS * width }, (_, at) => value(at));
  return { data, shape: [SIZE, 2, 2, width], dtype: "float32" };
}

function targetsOf(coding: keyof typeof CODINGS): HostArray {
  if (coding === "ids") return column(1, (at) => (at * 2) % 3);
  if (coding === "share") return column(1, (at) => 0.9 * (at % 2) + 0.05);
  return column(3, (at) => (at % 3 === Math.floor(at / 3) % 3 ? 0.8 : 0.1));
}

function pixels(coding: keyof typeof CODINGS): tf.LayersModel {
  const [filters, activation] =
    coding === "share" ? [1, "sigmoid" as const] : [3, "softmax" as const];
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ filters, activation, kernelSize: 1, inputShape: [2, 2, 2] }));
  const kernel = Float32Array.from({ length: 2 * filters }, (_, at) => Math.sin(1 + at));
  model.setWeights([tf.tensor4d(kernel, [1, 1, 2, filters]), tf.zeros([filters])]);
  model.compile({ optimizer: tf.train.sgd(0.5), loss: CODINGS[coding] });
  return model;
}

async function figuresOf(
  part: Part<"backend">,
  coding: keyof typeof CODINGS,
): Promise<readonly number[]> {
  const backend = setUpPart("backend", part, { registry: new Registry([]) });
  await backend.start();
  const model = pixels(coding);
  const learner = backend.learner(model, { classWeights: [{ weights: [3, 1, 0.25], coding }] });
  const inputs = [column(2, (at) => Math.cos(at))];
  const batch = learner.upload({ size: SIZE, inputs, targets: [targetsOf(coding)] });
  const scores = await learner.compute(["loss", "upper-bound"], batch);
  const rows = Int32Array.of(0, 1, 2);
  const coefficients = Float32Array.of(0.5, 0.25, 0.25);
  await learner.step({ batch, rows, coefficients }, { noise: 1, signals: [] });
  const kernel = [...((await model.getWeights()[0]?.data()) ?? [])];
  batch.dispose();
  learner.dispose?.();
  disposeModel(model);
  await backend.stop?.();
  return [...(scores.loss ?? []), ...(scores["upper-bound"] ?? []), ...kernel];
}

/** Losses, scores and trained weights of models of pixels whose classes are weighed, for each way to name a class. */
export async function weighPixels(part: Part<"backend">): Promise<readonly number[]> {
  const all: number[] = [];
  for (const coding of ["ids", "shares", "share"] as const)
    all.push(...(await figuresOf(part, coding)));
  return all;
}
