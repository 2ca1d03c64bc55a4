import * as tf from "@tensorflow/tfjs";
import type { GradientNormPass } from "./gradient-norm.js";

/** What one Dense layer saw in a pass; its tensors are freed by `release`. */
export interface DenseUse {
  /** Inputs a of each use, [B, …, D]. */
  readonly inputs: tf.Tensor[];
  /** ∂ℓ/∂z of each use, [B, …, U], in the order of `inputs`. */
  readonly deltas: tf.Tensor[];
  /** Whether kernel and bias are trained. */
  readonly kernel: boolean;
  readonly bias: boolean;
}

interface Activation {
  readonly getClassName: () => string;
  readonly apply: (z: tf.Tensor) => tf.Tensor;
}

/** What this file relies on of tfjs's Dense beyond its public types. */
interface DenseInternals {
  readonly kernel: { readonly read: () => tf.Variable } | null;
  readonly bias: { readonly read: () => tf.Variable } | null;
  activation: Activation;
  call: (inputs: tf.Tensor | tf.Tensor[], kwargs: object) => tf.Tensor | tf.Tensor[];
}

interface Watched {
  readonly use: DenseUse;
  readonly unwatch: () => void;
}

function keepClone(tensor: tf.Tensor): tf.Tensor {
  return tf.keep(tf.clone(tensor));
}

/** Passes z on, and writes ∂Σℓ/∂z into `deltas` when the backward pass comes by. */
function probe(z: tf.Tensor, deltas: tf.Tensor[], at: number): tf.Tensor {
  const identity = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => {
      deltas[at] = keepClone(dy);
      return dy;
    },
  }));
  return identity(z);
}

function watch(layer: DenseInternals, trained: ReadonlySet<tf.Variable>): Watched {
  const { activation } = layer;
  // an own property of the instance shadows the prototype's method
  const call = layer.call.bind(layer);
  const has = (weight: DenseInternals["kernel"]): boolean =>
    weight !== null && trained.has(weight.read());
  const use: DenseUse = {
    inputs: [],
    deltas: [],
    kernel: has(layer.kernel),
    bias: has(layer.bias),
  };
  layer.call = (inputs, kwargs) => {
    const [input] = [inputs].flat() as [tf.Tensor];
    use.inputs.push(keepClone(input));
    return call(inputs, kwargs);
  };
  layer.activation = {
    getClassName: () => "probed",
    apply: (z) => activation.apply(probe(z, use.deltas, use.inputs.length - 1)),
  };
  const unwatch = (): void => {
    layer.activation = activation;
    delete (layer as Partial<DenseInternals>).call;
  };
  return { use, unwatch };
}

/** What a capture found: the uses of the Dense layers, and the variables that they account for. */
export interface DenseCapture {
  readonly uses: readonly DenseUse[];
  readonly covered: ReadonlySet<tf.Variable>;
  readonly release: () => void;
}

function trainedDense({ layers, variables }: GradientNormPass): DenseInternals[] {
  const trained = new Set(variables);
  return layers
    .filter((layer) => layer.getClassName() === "Dense")
    .map((layer) => layer as unknown as DenseInternals)
    .filter(({ kernel, bias }) =>
      [kernel, bias].some((weight) => weight !== null && trained.has(weight.read())),
    );
}

/**
 * Runs one forward and backward pass with every trained Dense layer watched: its inputs, and the gradient
 * of Σℓ with respect to its pre-activations. The layers are as before when it returns.
 */
export function captureDense(pass: GradientNormPass): DenseCapture {
  const trained = new Set(pass.variables);
  const layers = trainedDense(pass);
  const covered = new Set(
    layers.flatMap(({ kernel, bias }) => [kernel, bias].flatMap((weight) => weight?.read() ?? [])),
  );
  const watched = layers.map((layer) => watch(layer, trained));
  const release = (): void => {
    for (const { use } of watched) tf.dispose([...use.inputs, ...use.deltas.filter(Boolean)]);
  };
  try {
    if (watched.length > 0) {
      const variables = pass.variables.filter((variable) => covered.has(variable));
      tf.tidy(() => void tf.variableGrads(() => tf.sum(pass.losses()), variables));
    }
    return {
      uses: watched.map(({ use }) => use).filter(({ deltas }) => deltas.some(Boolean)),
      covered,
      release,
    };
  } catch (error) {
    release();
    throw error;
  } finally {
    for (const { unwatch } of watched) unwatch();
  }
}
