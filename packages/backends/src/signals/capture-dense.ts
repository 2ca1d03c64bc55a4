import * as tf from "@tensorflow/tfjs";
import type { GradientNormPass } from "./gradient-norm.js";

/** One call of a Dense layer in a pass. */
export interface DenseUse {
  /** The kernel and the bias, where the identity accounts for them. */
  readonly kernel: tf.Variable | undefined;
  readonly bias: tf.Variable | undefined;
  /** The layer's input a, [B, …, D]. */
  readonly input: tf.Tensor;
  /** ∂Σℓ/∂z of its pre-activation z, [B, …, U]. */
  readonly delta: tf.Tensor;
}

/** What a pass found; the tensors of the uses are freed by `release`. */
export interface DenseCapture {
  readonly uses: readonly DenseUse[];
  /** Variables that the uses do not account for, and that the losses depend on. */
  readonly rest: readonly tf.Variable[];
  readonly release: () => void;
}

interface Weight {
  readonly read: () => tf.Variable;
}

/** What this file relies on of tfjs's Dense beyond its public types. */
interface DenseInternals {
  readonly kernel: Weight | null;
  readonly bias: Weight | null;
  activation: {
    readonly getClassName: () => string;
    readonly apply: (z: tf.Tensor) => tf.Tensor;
  };
  call: (inputs: tf.Tensor | tf.Tensor[], kwargs: object) => tf.Tensor | tf.Tensor[];
}

/** A call as it is recorded: probed on the way forward, with its delta on the way back. */
type Recorded = Omit<DenseUse, "delta"> & { probed: boolean; delta?: tf.Tensor };

function keepClone(tensor: tf.Tensor): tf.Tensor {
  return tf.keep(tf.clone(tensor));
}

/** Passes z on, and notes ∂Σℓ/∂z when the backward pass comes by. */
function probe(z: tf.Tensor, use: Recorded): tf.Tensor {
  use.probed = true;
  const identity = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => {
      use.delta = keepClone(dy);
      return dy;
    },
  }));
  return identity(z);
}

/** Records every call of a layer; returns what undoes it. */
function watch(layer: DenseInternals, record: (input: tf.Tensor) => Recorded): () => void {
  const own = Object.getOwnPropertyDescriptor(layer, "call");
  const call = layer.call.bind(layer);
  // an own property of the instance shadows the prototype's method
  layer.call = (inputs, kwargs) => {
    const [input] = [inputs].flat() as [tf.Tensor];
    const use = record(input);
    // taken at the call: the pass itself may have replaced an output's activation by then
    const { activation } = layer;
    layer.activation = {
      getClassName: () => "probed",
      apply: (z) => activation.apply(probe(z, use)),
    };
    try {
      return call(inputs, kwargs);
    } finally {
      layer.activation = activation;
    }
  };
  return () => {
    if (own === undefined) delete (layer as Partial<DenseInternals>).call;
    else Object.defineProperty(layer, "call", own);
  };
}

/** The trained variables of Dense layers, but for those that a layer of another kind uses too. */
function candidates({ layers, variables }: GradientNormPass): ReadonlySet<tf.Variable> {
  const held = (dense: boolean): Set<tf.Variable> => {
    const holders = layers.filter((layer) => (layer.getClassName() === "Dense") === dense);
    return new Set(
      holders.flatMap(({ weights }) => weights.map((each) => each.read() as tf.Variable)),
    );
  };
  const [ofDense, ofOthers] = [held(true), held(false)];
  return new Set(variables.filter((each) => ofDense.has(each) && !ofOthers.has(each)));
}

/** Runs the pass with the Dense layers watched; returns their calls and the names of the variables that count. */
function recordPass(
  pass: GradientNormPass,
  watched: ReadonlySet<tf.Variable>,
  calls: Recorded[],
): readonly string[] {
  const pick = (weight: Weight | null): tf.Variable | undefined =>
    weight !== null && watched.has(weight.read()) ? weight.read() : undefined;
  const undo = pass.layers
    .filter((layer) => layer.getClassName() === "Dense")
    .map((layer) => {
      const dense = layer as unknown as DenseInternals;
      return watch(dense, (input) => {
        const [kernel, bias] = [pick(dense.kernel), pick(dense.bias)];
        const use: Recorded = { kernel, bias, input: keepClone(input), probed: false };
        calls.push(use);
        return use;
      });
    });
  try {
    const loss = (): tf.Scalar => tf.sum(pass.losses());
    return tf.tidy(() => Object.keys(tf.variableGrads(loss, [...pass.variables]).grads));
  } finally {
    for (const each of undo) each();
  }
}

/** Variables all of whose calls were seen with the examples along the first axis. */
function coveredBy(calls: readonly Recorded[], size: number): ReadonlySet<tf.Variable> {
  const of = (uses: readonly Recorded[]): tf.Variable[] =>
    uses.flatMap(({ kernel, bias }) => [kernel ?? [], bias ?? []].flat());
  const covered = new Set(of(calls));
  const unseen = calls.filter(({ probed, input }) => !probed || input.shape[0] !== size);
  for (const variable of of(unseen)) covered.delete(variable);
  return covered;
}

/**
 * Runs one forward and backward pass with every trained Dense layer watched: its inputs, and the gradient
 * of Σℓ with respect to its pre-activations. The layers are as before when it returns.
 *
 * A variable that the uses do not account for in full is among `rest`.
 */
export function captureDense(pass: GradientNormPass): DenseCapture {
  const calls: Recorded[] = [];
  const release = (): void => {
    tf.dispose(calls.flatMap(({ input, delta }) => [input, delta ?? []].flat()));
  };
  try {
    const connected = new Set(recordPass(pass, candidates(pass), calls));
    const covered = coveredBy(calls, pass.size);
    const only = (variable: tf.Variable | undefined): tf.Variable | undefined =>
      variable !== undefined && covered.has(variable) ? variable : undefined;
    // a call without delta does not reach the losses
    const uses = calls.flatMap(({ kernel, bias, input, delta }) =>
      delta === undefined ? [] : [{ kernel: only(kernel), bias: only(bias), input, delta }],
    );
    const rest = pass.variables.filter(
      (variable) => connected.has(variable.name) && !covered.has(variable),
    );
    return { uses, rest, release };
  } catch (error) {
    release();
    throw error;
  }
}
