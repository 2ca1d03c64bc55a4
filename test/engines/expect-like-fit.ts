import type * as tf from "@tensorflow/tfjs";
import { ImportanceTraining, type FitOptions, type ImportanceTrainingOptions } from "unequal";
import { expect } from "vitest";
import type { FitCase } from "./output-models.js";

/** How a model is trained by both. */
export interface LikeFitOptions {
  readonly fit?: FitOptions;
  readonly training?: ImportanceTrainingOptions;
  readonly tolerance: number;
}

/** Frees a model, its optimizer and its data. */
function dispose({ model, x, y }: FitCase): void {
  [x, y].flat().forEach((tensor) => tensor.dispose());
  // tfjs frees a weight that several layers hold for each
  const weights = new Set(model.weights.map((weight) => weight.read()));
  weights.forEach((weight) => weight.dispose());
  model.optimizer.dispose();
}

/** Columns by name, with numbers for the names of outputs: tfjs counts its layers. */
function byOutput(
  history: Readonly<Record<string, readonly (number | tf.Tensor)[]>>,
  { outputNames }: tf.LayersModel,
): Record<string, readonly number[]> {
  const longestFirst = [...new Set(outputNames)].sort((a, b) => b.length - a.length);
  const rename = (column: string): string =>
    longestFirst.reduce(
      (name, output) => name.replace(output, `${outputNames.indexOf(output)}`),
      column,
    );
  return Object.fromEntries(
    Object.entries(history).map(([name, values]) => [rename(name), values as number[]]),
  );
}

/** What this file relies on of tfjs models beyond their public types. */
interface Collected {
  collectedTrainableWeights: readonly unknown[];
}

/** Lists every weight once: tfjs lists one that several layers hold for each, and updates it as often. */
function updateOnce(given: tf.LayersModel): void {
  const model = ((given as { model?: tf.LayersModel }).model ?? given) as unknown as Collected;
  model.collectedTrainableWeights = [...new Set(model.collectedTrainableWeights)];
}

async function weightsOf(model: tf.LayersModel): Promise<Float32Array[]> {
  return Promise.all(
    model.getWeights().map(async (weight) => (await weight.data()) as Float32Array),
  );
}

function expectClose(found: ArrayLike<number>, right: ArrayLike<number>, tolerance: number): void {
  const gaps = Array.from(right, (value, at) => Math.abs((found[at] as number) - value));
  expect(found.length).toBe(right.length);
  expect(Math.max(...gaps)).toBeLessThan(tolerance);
}

/** Expects uniform training in the order of the data to leave the weights and the history of `model.fit`; returns both. */
export async function expectLikeFit(
  make: () => FitCase,
  { fit = {}, training = {}, tolerance }: LikeFitOptions,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const options = { batchSize: 4, epochs: 3, verbose: 0, shuffle: false, ...fit } as const;
  const [ours, theirs] = [make(), make()];
  const trained = new ImportanceTraining(ours.model, { sampler: "uniform", ...training });
  const { history } = await trained.fit(ours.x, ours.y, options);
  updateOnce(theirs.model);
  const wanted = await theirs.model.fit(theirs.x, theirs.y, options as tf.ModelFitArgs);
  const [got, right] = [byOutput(history, ours.model), byOutput(wanted.history, theirs.model)];
  expect(Object.keys(got).sort()).toEqual(Object.keys(right).sort());
  for (const [name, values] of Object.entries(right))
    expectClose(got[name] ?? [], values, tolerance);
  const weights = await weightsOf(ours.model);
  const rightWeights = await weightsOf(theirs.model);
  weights.forEach((weight, at) => expectClose(weight, rightWeights[at] ?? [], tolerance));
  dispose(ours);
  dispose(theirs);
  return got;
}
