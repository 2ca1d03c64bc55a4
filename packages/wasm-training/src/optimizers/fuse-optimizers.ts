import * as tf from "@tensorflow/tfjs";

/** A value that an optimizer keeps for each variable. */
interface Slot {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

type Slots = (Slot | undefined)[];

/** Gradients as `applyGradients` takes them. */
type Gradients =
  tf.NamedTensorMap | readonly { readonly name: string; readonly tensor: tf.Tensor }[];

/** What this file relies on of tfjs's optimizers beyond their public types. */
interface Internals {
  readonly learningRate: number;
  readonly epsilon: number;
  readonly incrementIterations: () => void;
}

interface AdamInternals extends Internals {
  readonly beta1: number;
  readonly beta2: number;
  readonly accBeta1: tf.Variable;
  readonly accBeta2: tf.Variable;
  readonly accumulatedFirstMoment: Slots;
  readonly accumulatedSecondMoment: Slots;
}

interface MomentumInternals extends Internals {
  readonly useNesterov: boolean;
  readonly m: tf.Scalar;
  readonly c: tf.Scalar;
  readonly accumulations: Slots;
}

interface RmsPropInternals extends Internals {
  readonly decay: number;
  readonly momentum: number;
  readonly centered: boolean;
  readonly accumulatedMeanSquares: Slots;
  readonly accumulatedMoments: Slots;
  readonly accumulatedMeanGrads: Slots;
}

/** One variable's part of an update. */
interface Part {
  readonly w: tf.Variable;
  readonly g: tf.Tensor;
  /** Finds a value that is kept for the variable, zero at first. */
  readonly slot: (slots: Slots, name: string) => tf.Variable;
}

function partsOf(gradients: Gradients): Part[] {
  const list = Array.isArray(gradients)
    ? (gradients as readonly { name: string; tensor: tf.Tensor }[])
    : Object.entries(gradients as tf.NamedTensorMap).map(([name, tensor]) => ({ name, tensor }));
  return list.map(({ name, tensor }, at) => {
    const w = tf.engine().registeredVariables[name] as tf.Variable;
    const slot: Part["slot"] = (slots, kind) => {
      slots[at] ??= {
        originalName: `${name}/${kind}`,
        variable: tf.tidy(() => tf.zerosLike(w).variable(false)),
      };
      return slots[at].variable;
    };
    return { w, g: tensor, slot };
  });
}

/** Runs an update kernel, and gives its results to the variables. */
function update(
  kernel: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  { attrs, into }: { readonly attrs: object; readonly into: readonly tf.Variable[] },
): void {
  const made = tf.engine().runKernel(kernel, { ...inputs }, { ...attrs }) as unknown as tf.Tensor[];
  into.forEach((variable, at) => {
    variable.assign(made[at] as tf.Tensor);
  });
}

function adam(optimizer: AdamInternals, parts: readonly Part[]): void {
  const { beta1, beta2, epsilon, learningRate: rate } = optimizer;
  const { accBeta1: beta1Power, accBeta2: beta2Power } = optimizer;
  const attrs = { beta1, beta2, rate, epsilon };
  for (const { w, g, slot } of parts) {
    const m = slot(optimizer.accumulatedFirstMoment, "m");
    const v = slot(optimizer.accumulatedSecondMoment, "v");
    update("AdamUpdate", { w, g, m, v, beta1Power, beta2Power }, { attrs, into: [w, m, v] });
  }
  beta1Power.assign(tf.mul(beta1Power, beta1));
  beta2Power.assign(tf.mul(beta2Power, beta2));
}

function momentum(optimizer: MomentumInternals, parts: readonly Part[]): void {
  const { m: mu, c: minusRate } = optimizer;
  const attrs = { nesterov: optimizer.useNesterov };
  for (const { w, g, slot } of parts) {
    const a = slot(optimizer.accumulations, "momentum");
    update("MomentumUpdate", { w, g, a, mu, minusRate }, { attrs, into: [w, a] });
  }
}

function rmsProp(optimizer: RmsPropInternals, parts: readonly Part[]): void {
  const { decay, momentum: share, learningRate: rate, epsilon } = optimizer;
  const attrs = { decay, momentum: share, rate, epsilon };
  for (const { w, g, slot } of parts) {
    const s = slot(optimizer.accumulatedMeanSquares, "rms");
    const a = slot(optimizer.accumulatedMoments, "momentum");
    const means = optimizer.centered ? [slot(optimizer.accumulatedMeanGrads, "mg")] : [];
    const [mean] = means;
    const inputs = { w, g, s, a, ...(mean && { mean }) };
    update("RmsPropUpdate", inputs, { attrs, into: [w, s, a, ...means] });
  }
}

interface Applies {
  applyGradients: (gradients: Gradients) => void;
}

function isLike(w: tf.Tensor, tensor: tf.Tensor): boolean {
  const alike = tensor.dtype === "float32" && tf.util.arraysEqual(w.shape, tensor.shape);
  return alike && !tensor.isDisposed;
}

/**
 * Whether the gradient and what is kept so far are numbers, one for each of the variable's. Values are kept by the
 * variable's place in the list, as TensorFlow.js does, so those of another list may have any shape.
 */
function suits({ w, g }: Partial<Part>, kept: readonly (Slot | undefined)[]): boolean {
  if (w === undefined || (g ?? undefined) === undefined) return false;
  const values = kept.flatMap((slot) => (slot ? [slot.variable] : []));
  return [w, g as tf.Tensor, ...values].every((each) => isLike(w, each));
}

/** How an optimizer is made to update by a kernel. */
interface Fusion<T> {
  readonly kernel: string;
  /** The lists of what the optimizer keeps. */
  readonly lists: (optimizer: T) => readonly Slots[];
  readonly apply: (optimizer: T, parts: readonly Part[]) => void;
}

/** Lets an optimizer apply its gradients by one kernel for each variable, where the engine has it. */
function fuse<T extends Internals>(prototype: object, { kernel, lists, apply }: Fusion<T>): void {
  const optimizer = prototype as Applies;
  const stock = optimizer.applyGradients;
  optimizer.applyGradients = function applyGradients(this: T, gradients) {
    const parts = partsOf(gradients);
    const known = (tf.getKernel(kernel, tf.getBackend()) as unknown) !== undefined;
    const kept = lists(this);
    const suited = parts.every((part, at) =>
      suits(
        part,
        kept.map((slots) => slots[at]),
      ),
    );
    // what is absent, of another type or shape or broadcast is the stock optimizer's own affair
    if (!known || !suited) {
      stock.call(this as unknown as Applies, gradients);
      return;
    }
    tf.tidy(() => {
      apply(this, parts);
    });
    this.incrementIterations();
  };
}

/**
 * Makes Adam, momentum and RMSProp update each variable in one pass, instead of an operation for every
 * term; their values, and what they save, are the same.
 */
export function fuseOptimizers(): void {
  fuse<AdamInternals>(tf.AdamOptimizer.prototype, {
    kernel: "AdamUpdate",
    lists: (optimizer) => [optimizer.accumulatedFirstMoment, optimizer.accumulatedSecondMoment],
    apply: adam,
  });
  fuse<MomentumInternals>(tf.MomentumOptimizer.prototype, {
    kernel: "MomentumUpdate",
    lists: ({ accumulations }) => [accumulations],
    apply: momentum,
  });
  fuse<RmsPropInternals>(tf.RMSPropOptimizer.prototype, {
    kernel: "RmsPropUpdate",
    lists: (optimizer) => [
      ...[optimizer.accumulatedMeanSquares, optimizer.accumulatedMoments],
      ...(optimizer.centered ? [optimizer.accumulatedMeanGrads] : []),
    ],
    apply: rmsProp,
  });
}
