import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";

/** What a model is compiled with; stochastic gradient descent and the mean squared error unless said. */
export type Compilation = Partial<tf.ModelCompileArgs>;

/**
 * Gives every weight numbers that are drawn outside of the engine, so that two builds of a model begin alike;
 * variances are positive.
 */
function plant(model: tf.LayersModel): void {
  const random = createRandom("weights of differential models");
  tf.tidy(() => {
    for (const weight of model.weights) {
      const shape = weight.shape as number[];
      const size = shape.reduce((a, b) => a * b, 1);
      const values = tf.tensor(
        Float32Array.from({ length: size }, () => random.uniform() - 0.5),
        shape,
      );
      weight.write(weight.originalName.includes("variance") ? tf.add(tf.abs(values), 0.5) : values);
    }
  });
}

/** Plants a model's weights and compiles it. */
export function compiled(model: tf.LayersModel, given: Compilation = {}): tf.LayersModel {
  plant(model);
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError", ...given });
  return model;
}

/** Builds a model of layers in a row. */
export function inRow(layers: readonly tf.layers.Layer[], given: Compilation = {}): tf.LayersModel {
  return compiled(tf.sequential({ layers: [...layers] }), given);
}

/** What a graph of layers begins and ends with. */
interface Ends {
  readonly inputs: tf.SymbolicTensor | tf.SymbolicTensor[];
  readonly outputs: tf.SymbolicTensor | tf.SymbolicTensor[];
}

/** Builds a model of a graph of layers. */
export function graph({ inputs, outputs }: Ends, given: Compilation = {}): tf.LayersModel {
  return compiled(tf.model({ inputs, outputs }), given);
}

/** Applies a layer that returns one tensor. */
export function apply(
  layer: tf.layers.Layer,
  to: tf.SymbolicTensor | tf.SymbolicTensor[],
): tf.SymbolicTensor {
  return layer.apply(to) as tf.SymbolicTensor;
}
