import type * as tf from "@tensorflow/tfjs";

/** One weight of a layer. */
export type LayerWeight = tf.LayersModel["weights"][number];

/** What this file relies on of tfjs models beyond their public types. */
interface ModelInternals {
  /** A tf.Sequential is compiled as a model that it keeps. */
  readonly model?: tf.LayersModel;
  collectedTrainableWeights?: readonly LayerWeight[];
}

/** What a model trains, and a word on what it does not train though it is trainable. */
export interface TrainedWeights {
  readonly weights: readonly LayerWeight[];
  readonly note: string | undefined;
}

function compiled(given: tf.LayersModel): ModelInternals {
  const { model = given } = given as unknown as ModelInternals;
  return model as unknown as ModelInternals;
}

function list(weights: readonly LayerWeight[]): string {
  const names = weights.map(({ originalName }) => originalName);
  const [shown, more] = [names.slice(0, 4), names.length - 4];
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function noteOn(trained: readonly LayerWeight[], wanted: readonly LayerWeight[]) {
  const missing = wanted.filter((weight) => !trained.includes(weight));
  if (missing.length === 0) return undefined;
  return `\`trainable\` was set after the model was compiled, which has no effect until it is compiled again: as in TensorFlow.js, ${list(missing)} will not be trained. Call model.compile(…) before training.`;
}

/**
 * Returns the weights that a model trains: those that were trainable when it was compiled, whose places its optimizer
 * goes by. Of these, what was frozen since gets no gradient. A model that is not compiled trains those that are trainable now.
 */
export function trainedWeights(given: tf.LayersModel): TrainedWeights {
  const wanted = given.trainableWeights;
  const weights = compiled(given).collectedTrainableWeights ?? wanted;
  return { weights, note: noteOn(weights, wanted) };
}

/** Makes a compiled model train these weights, whichever of its layers are frozen. */
export function trainWeights(given: tf.LayersModel, weights: readonly LayerWeight[]): void {
  compiled(given).collectedTrainableWeights = weights;
}
