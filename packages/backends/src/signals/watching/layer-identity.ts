import type * as tf from "@tensorflow/tfjs";
import type { Explicit } from "../forms/explicit.js";
import type { OuterProducts } from "../forms/outer-products.js";
import type { TableRows } from "../forms/table-rows.js";

/** Holds a variable of a layer, as tfjs does; absent where an option leaves it out. */
export type Weight = { readonly read: () => tf.Tensor } | null | undefined;

/** What one call of a layer adds to the gradient of a weight, for every example. */
export interface GradientPart {
  readonly weight: Weight;
  /** Number of the block of columns, if the weight is used in blocks, which do not overlap. */
  readonly block?: number;
  readonly gradient: OuterProducts | Explicit | TableRows;
}

/** One call of a watched layer. */
export interface LayerCall {
  /** Passes z on; when the backward pass comes by, notes the parts that δ, the gradient of Σℓ at z, is made into. */
  readonly probe: (z: tf.Tensor, parts: (delta: tf.Tensor) => readonly GradientPart[]) => tf.Tensor;
  /** Promises the parts of a call that is probed by other means; returns what takes them. */
  readonly promise: () => (parts: () => readonly GradientPart[]) => void;
}

/** Takes down the calls of watched layers. */
export interface Recorder {
  /** A scalar variable: the backward pass comes by whatever depends on it. */
  readonly tap: tf.Variable;
  /** Begins the record of a call: the layer, the weights that it uses, and its input. */
  readonly enter: (layer: object, weights: readonly Weight[], input: tf.Tensor) => LayerCall;
  /** Returns a copy of a tensor that lasts until the norms are computed. */
  readonly hold: (tensor: tf.Tensor) => tf.Tensor;
}

/** Knows what the gradients of a family of layers are made of, example by example. */
export interface LayerIdentity {
  /** How to make a layer of each kind, by class name; a layer of a class derived from it is none. */
  readonly kinds: Readonly<Record<string, () => tf.layers.Layer>>;
  /** Watches the calls of a layer; returns what undoes it. */
  readonly watch: (layer: tf.layers.Layer, recorder: Recorder) => () => void;
}
