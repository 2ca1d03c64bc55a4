import type * as tf from "@tensorflow/tfjs";

type Make = () => tf.layers.Layer;

const prototypes = new Map<Make, object>();

function prototypeOf(make: Make): object {
  const prototype = prototypes.get(make) ?? (Object.getPrototypeOf(make()) as object);
  prototypes.set(make, prototype);
  return prototype;
}

/** Tells whether a layer is of the class that `make` makes, and not of one derived from it or changed by hand. */
export function isStock(layer: tf.layers.Layer, make: Make | undefined): boolean {
  if (make === undefined || Object.hasOwn(layer, "call")) return false;
  return Object.getPrototypeOf(layer) === prototypeOf(make);
}
