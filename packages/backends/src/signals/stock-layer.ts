import type * as tf from "@tensorflow/tfjs";

/** Tells whether a layer is of the class that `make` makes, and not of one derived from it or changed by hand. */
export function isStock(
  layer: tf.layers.Layer,
  make: (() => tf.layers.Layer) | undefined,
): boolean {
  if (make === undefined || Object.hasOwn(layer, "call")) return false;
  return Object.getPrototypeOf(layer) === Object.getPrototypeOf(make());
}
