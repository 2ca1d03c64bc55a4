import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import { trainWeights, type LayerWeight } from "../models/trained-weights.js";
import type { ModelCopy, WeightCopy } from "../replicas/copies/copy-model.js";

/** A model built anew, and how its weights are set. */
export interface BuiltModel {
  readonly model: tf.LayersModel;
  /** Sets all weights to values that lie one after the other; borrowed. */
  readonly write: (values: Float32Array) => void;
}

/** Bytes of one number in TensorFlow.js's files. */
const BYTES = { float32: 4, int32: 4, bool: 1 } as const;

async function build({ topology, weights }: ModelCopy): Promise<tf.LayersModel> {
  const bytes = weights.reduce((sum, { size, dtype }) => sum + size * BYTES[dtype], 0);
  // with weights to load, even zeros, TensorFlow.js spares itself the initializers, of which some are slow and warn of it
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: JSON.parse(topology) as object,
      weightSpecs: weights.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })),
      weightData: new ArrayBuffer(bytes),
    }),
  );
}

function inOrder(model: tf.LayersModel, weights: readonly WeightCopy[]): readonly LayerWeight[] {
  const byName = new Map(model.weights.map((weight) => [weight.originalName, weight]));
  return weights.map(({ name }) => byName.get(name) as LayerWeight);
}

/** Picks the weights that are trained, in the order in which the model was compiled: sums over them depend on it in the last bit. */
function inTrainedOrder(
  built: readonly LayerWeight[],
  copies: readonly WeightCopy[],
): readonly LayerWeight[] {
  const places = copies.map(({ trainedAt }, at) => ({ trainedAt, at }));
  return places
    .filter(({ trainedAt }) => trainedAt >= 0)
    .sort((a, b) => a.trainedAt - b.trainedAt)
    .map(({ at }) => built[at] as LayerWeight);
}

/** wasm copies at once what a tensor is made of; cpu keeps it. */
function lasting(values: Float32Array): Float32Array {
  return tf.getBackend() === "wasm" ? values : new Float32Array(values);
}

function writer(variables: readonly tf.Variable[], copies: readonly WeightCopy[]) {
  return (borrowed: Float32Array): void => {
    const values = lasting(borrowed);
    let offset = 0;
    copies.forEach(({ shape, size, dtype }, at) => {
      const from = values.byteOffset + offset * values.BYTES_PER_ELEMENT;
      const part = new Float32Array(values.buffer, from, size);
      const tensor = tf.tensor(part, [...shape], dtype);
      variables[at]?.assign(tensor);
      tensor.dispose();
      offset += size;
    });
  };
}

/**
 * Builds and compiles a model of its description, on this thread's engine.
 * @throws SCORING_UNAVAILABLE if a layer is unknown here
 */
export async function buildModel(copy: ModelCopy): Promise<BuiltModel> {
  const { weights, losses } = copy;
  try {
    const model = await build(copy);
    model.compile({ optimizer: "sgd", loss: [...losses] });
    const built = inOrder(model, weights);
    trainWeights(model, inTrainedOrder(built, weights));
    return {
      model,
      write: writer(
        built.map((weight) => weight.read() as tf.Variable),
        weights,
      ),
    };
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new UnequalError(
      "SCORING_UNAVAILABLE",
      `The model must be built anew where its replica runs, but that failed: ${reason} Where it has layers or activations of your own, list the module that registers them (tf.serialization.registerClass) in \`modules\`, or score inline.`,
      { cause: error },
    );
  }
}
