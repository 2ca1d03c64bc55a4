import type * as tf from "@tensorflow/tfjs";

/** One weight of a layer. */
export type LayerWeight = tf.LayersModel["weights"][number];

/** What this file relies on of tfjs models beyond their public types. */
interface ModelInternals {
  /** A tf.Sequential is compiled as a model that it keeps. */
  readonly model?: tf.LayersModel;
  collectedTrainableWeights?: readonly LayerWeight[];
}

/** What a model trains, and what it does not though it is told to, or does though it is frozen. */
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
  const frozen = trained.filter((weight) => !wanted.includes(weight));
  if (missing.length + frozen.length === 0) return undefined;
  const parts = [
    ...(missing.length > 0 ? [`${list(missing)} will not be trained`] : []),
    ...(frozen.length > 0 ? [`${list(frozen)} will be trained`] : []),
  ];
  return `\`trainable\` was changed after the model was compiled, which has no effect until it is compiled again: ${parts.join("; ")}, as in TensorFlow.js. Call model.compile(…) before training.`;
}

/**
 * Returns the weights that a model trains: those that were trainable when it was compiled, whose places its optimizer
 * goes by. A model that is not compiled trains those that are trainable now.
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
