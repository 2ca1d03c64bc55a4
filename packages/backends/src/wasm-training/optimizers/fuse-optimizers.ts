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

function adam(this: AdamInternals, parts: readonly Part[]): void {
  const { beta1, beta2, epsilon, learningRate: rate } = this;
  const { accBeta1: beta1Power, accBeta2: beta2Power } = this;
  const attrs = { beta1, beta2, rate, epsilon };
  for (const { w, g, slot } of parts) {
    const m = slot(this.accumulatedFirstMoment, "m");
    const v = slot(this.accumulatedSecondMoment, "v");
    update("AdamUpdate", { w, g, m, v, beta1Power, beta2Power }, { attrs, into: [w, m, v] });
  }
  beta1Power.assign(tf.mul(beta1Power, beta1));
  beta2Power.assign(tf.mul(beta2Power, beta2));
}

function momentum(this: MomentumInternals, parts: readonly Part[]): void {
  const { m: mu, c: minusRate } = this;
  const attrs = { nesterov: this.useNesterov };
  for (const { w, g, slot } of parts) {
    const a = slot(this.accumulations, "momentum");
    update("MomentumUpdate", { w, g, a, mu, minusRate }, { attrs, into: [w, a] });
  }
}

function rmsProp(this: RmsPropInternals, parts: readonly Part[]): void {
  const { decay, momentum: share, learningRate: rate, epsilon } = this;
  const attrs = { decay, momentum: share, rate, epsilon };
  for (const { w, g, slot } of parts) {
    const s = slot(this.accumulatedMeanSquares, "rms");
    const a = slot(this.accumulatedMoments, "momentum");
    const means = this.centered ? [slot(this.accumulatedMeanGrads, "mg")] : [];
    const [mean] = means;
    const inputs = { w, g, s, a, ...(mean && { mean }) };
    update("RmsPropUpdate", inputs, { attrs, into: [w, s, a, ...means] });
  }
}

interface Applies {
  applyGradients: (gradients: Gradients) => void;
}

/** Whether a gradient is numbers, one for each of the variable's. */
function suits({ w, g }: Partial<Part>): boolean {
  if (w === undefined || (g ?? undefined) === undefined) return false;
  return (
    [w, g].every((each) => each?.dtype === "float32") &&
    tf.util.arraysEqual(w.shape, g?.shape ?? [])
  );
}

/** Lets an optimizer apply its gradients by one kernel for each variable, where the engine has it. */
function fuse(prototype: object, kernel: string, apply: (parts: readonly Part[]) => void): void {
  const optimizer = prototype as Applies;
  const stock = optimizer.applyGradients;
  optimizer.applyGradients = function applyGradients(this: Internals, gradients) {
    const parts = partsOf(gradients);
    const known = (tf.getKernel(kernel, tf.getBackend()) as unknown) !== undefined;
    // gradients that are absent, of another type or broadcast are the stock optimizer's own affair
    if (!known || !parts.every(suits)) {
      stock.call(this as unknown as Applies, gradients);
      return;
    }
    tf.tidy(() => {
      apply.call(this, parts);
    });
    this.incrementIterations();
  };
}

/**
 * Makes Adam, momentum and RMSProp update each variable in one pass, instead of an operation for every
 * term; their values, and what they save, are the same.
 */
export function fuseOptimizers(): void {
  fuse(tf.AdamOptimizer.prototype, "AdamUpdate", adam);
  fuse(tf.MomentumOptimizer.prototype, "MomentumUpdate", momentum);
  fuse(tf.RMSPropOptimizer.prototype, "RmsPropUpdate", rmsProp);
}
