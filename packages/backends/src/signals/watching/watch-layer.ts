import type * as tf from "@tensorflow/tfjs";
import type { GradientPart, Recorder, Weight } from "./layer-identity.js";

type Call = (inputs: tf.Tensor | tf.Tensor[], kwargs: object) => tf.Tensor | tf.Tensor[];

/** A layer that maps one tensor to one. */
export interface Callable {
  call: Call;
}

/** A layer that ends with an activation. */
export interface Activated extends Callable {
  activation: {
    readonly getClassName: () => string;
    readonly apply: (z: tf.Tensor) => tf.Tensor;
  };
}

/** What is to be noted of every call. */
export interface Watched {
  /** The weights that a call uses, as they are at the call. */
  readonly weights: () => readonly Weight[];
  /** Of δ and the input. */
  readonly parts: (delta: tf.Tensor, input: tf.Tensor) => readonly GradientPart[];
}

/** Replaces a property, or shadows a method of the prototype; returns what puts back what was there. */
export function replace<T extends object, K extends keyof T>(
  target: T,
  key: K,
  value: T[K],
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, { value, configurable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, own);
  };
}

function only(tensors: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return [tensors].flat()[0] as tf.Tensor;
}

/** Watches a layer where its output leaves it: δ = ∂Σℓ/∂y. */
export function watchOutput(layer: Callable, recorder: Recorder, watched: Watched): () => void {
  const call = layer.call.bind(layer);
  return replace(layer, "call", (inputs, kwargs) => {
    const input = recorder.hold(only(inputs));
    const record = recorder.enter(layer, watched.weights(), input);
    return record.probe(only(call(inputs, kwargs)), (delta) => watched.parts(delta, input));
  });
}

/**
 * Watches a layer before its activation: δ = ∂Σℓ/∂z. `preActivation` computes z from the input; without
 * it, or where it returns nothing, the layer itself does.
 */
export function watchActivation(
  layer: Activated,
  recorder: Recorder,
  watched: Watched & { readonly preActivation?: (x: tf.Tensor) => tf.Tensor | undefined },
): () => void {
  const call = layer.call.bind(layer);
  return replace(layer, "call", (inputs, kwargs) => {
    const input = recorder.hold(only(inputs));
    const record = recorder.enter(layer, watched.weights(), input);
    // taken at the call: the pass itself may have replaced an output's activation by then
    const { activation } = layer;
    const apply = (z: tf.Tensor): tf.Tensor =>
      activation.apply(record.probe(z, (delta) => watched.parts(delta, input)));
    const z = watched.preActivation?.(only(inputs));
    if (z !== undefined) return apply(z);
    const undo = replace(layer, "activation", { getClassName: () => "probed", apply });
    try {
      return call(inputs, kwargs);
    } finally {
      undo();
    }
  });
}
