import type * as tf from "@tensorflow/tfjs";
import { functional } from "./functional.js";

/** One weight of a layer. */
export type LayerWeight = tf.LayersModel["weights"][number];

/** What this file relies on of tfjs models beyond their public types. */
interface ModelInternals {
  readonly trainableWeights: readonly LayerWeight[];
  collectedTrainableWeights?: readonly LayerWeight[];
}

/** What a model trains, and a word on where that is not what `trainable` says. */
export interface TrainedWeights {
  readonly weights: readonly LayerWeight[];
  readonly note: string | undefined;
}

function compiled(given: tf.LayersModel): ModelInternals {
  return functional(given) as unknown as ModelInternals;
}

function list(weights: readonly LayerWeight[]): string {
  const names = weights.map(({ originalName }) => originalName);
  const [shown, more] = [names.slice(0, 4), names.length - 4];
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Says which weights are trained or left alone against what `trainable` says, why, and what to do. */
function noteOn(given: tf.LayersModel, trained: readonly LayerWeight[]): string | undefined {
  const wanted = given.trainableWeights;
  const missing = wanted.filter((weight) => !trained.includes(weight));
  // what was frozen since gets no gradient, if its layer told the weight
  const frozen = trained.filter((weight) => weight.trainable && !wanted.includes(weight));
  const { trainableWeights } = compiled(given);
  const thawed = frozen.filter((weight) => trainableWeights.includes(weight));
  const late = frozen.filter((weight) => !thawed.includes(weight));
  const notes = [
    missing.length > 0 &&
      `\`trainable\` was set after the model was compiled, which has no effect until it is compiled again: as in TensorFlow.js, ${list(missing)} will not be trained. Call model.compile(…) before training.`,
    late.length > 0 &&
      `\`trainable\` was cleared after the model was compiled, which a recurrent layer does not pass on to its weights: as in TensorFlow.js, ${list(late)} will be trained. Call model.compile(…) before training.`,
    thawed.length > 0 &&
      `A model whose \`trainable\` was cleared is the first layer of a tf.sequential, which thaws its weights when it is compiled: as in TensorFlow.js, ${list(thawed)} will be trained. Clear \`trainable\` again after model.compile(…).`,
  ].filter((note) => note !== false);
  return notes.length > 0 ? notes.join(" ") : undefined;
}

/**
 * Returns the weights that a model trains: those that were trainable when it was compiled, whose places its optimizer
 * goes by. Of these, what was frozen since gets no gradient. A model that is not compiled trains those that are trainable now.
 */
export function trainedWeights(given: tf.LayersModel): TrainedWeights {
  const weights = compiled(given).collectedTrainableWeights ?? given.trainableWeights;
  return { weights, note: noteOn(given, weights) };
}

/** Makes a compiled model train these weights, whichever of its layers are frozen. */
export function trainWeights(given: tf.LayersModel, weights: readonly LayerWeight[]): void {
  compiled(given).collectedTrainableWeights = weights;
}
