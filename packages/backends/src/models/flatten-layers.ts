import type * as tf from "@tensorflow/tfjs";

/** Lists the layers of a model, those of nested models in the place of the model; each layer once. */
export function flattenLayers(model: tf.LayersModel): readonly tf.layers.Layer[] {
  const found = new Set<tf.layers.Layer>();
  for (const layer of model.layers) {
    const nested = (layer as unknown as { layers?: unknown }).layers;
    if (Array.isArray(nested))
      flattenLayers(layer as tf.LayersModel).forEach((inner) => found.add(inner));
    else found.add(layer);
  }
  return [...found];
}
