import { expectShape } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import type { TensorInfo } from "../engine/tensor-info.js";

// Updates write over what the optimizer keeps, where nothing else shares it: less memory to go through, and none to
// find. Not over the variable: stock kernels keep a variable's packed form until its data is freed.

/** Requires that what is kept for a variable, and its gradient, are of its shape. */
function expectAlike({ shape }: TensorInfo, others: Readonly<Record<string, TensorInfo>>): void {
  for (const [name, other] of Object.entries(others)) expectShape(name, other, shape);
}

function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Inputs of {@link adamUpdate}: variable, gradient, moments, β₁ᵗ and β₂ᵗ. */
export type AdamInputs = Readonly<
  Record<"w" | "g" | "m" | "v" | "beta1Power" | "beta2Power", TensorInfo>
>;

/** Options of {@link adamUpdate}. */
export interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly rate: number;
  readonly epsilon: number;
}

/** Adam's new variable and moments. @see Kingma & Ba 2015, algorithm 1 */
export const adamUpdate = defineKernel<AdamInputs, AdamAttributes>(
  "AdamUpdate",
  ({ inputs: { w, g, m, v, beta1Power, beta2Power }, attrs, engine }) => {
    const { beta1, beta2, rate, epsilon } = attrs;
    expectAlike(w, { g, m, v });
    for (const [name, each] of Object.entries({ beta1Power, beta2Power }))
      expectShape(name, each, []);
    const made = [engine.output(w.shape), ...[m, v].map(engine.reuse)];
    const before = [w, g, m, v, beta1Power, beta2Power];
    const numbers = [beta1, 1 - beta1, beta2, 1 - beta2, rate, epsilon];
    engine.call("adam", sizeOf(w), ...before, ...made, ...numbers);
    return made;
  },
);

/** Inputs of {@link momentumUpdate}: variable, gradient, accumulation, μ and −η. */
export type MomentumInputs = Readonly<Record<"w" | "g" | "a" | "mu" | "minusRate", TensorInfo>>;

/** The new variable and accumulation of descent with momentum. @see Sutskever et al. 2013 */
export const momentumUpdate = defineKernel<MomentumInputs, { readonly nesterov: boolean }>(
  "MomentumUpdate",
  ({ inputs: { w, g, a, mu, minusRate }, attrs: { nesterov }, engine }) => {
    expectAlike(w, { g, a });
    for (const [name, each] of Object.entries({ mu, minusRate })) expectShape(name, each, []);
    const made = [engine.output(w.shape), engine.reuse(a)];
    engine.call("momentum", sizeOf(w), w, g, a, ...made, mu, minusRate, Number(nesterov));
    return made;
  },
);

/** Inputs of {@link rmsPropUpdate}: variable, gradient, mean square, accumulation, and the mean where it is centred. */
export type RmsPropInputs = Readonly<Record<"w" | "g" | "s" | "a", TensorInfo>> & {
  readonly mean?: TensorInfo;
};

/** Options of {@link rmsPropUpdate}. */
export interface RmsPropAttributes {
  readonly decay: number;
  readonly momentum: number;
  readonly rate: number;
  readonly epsilon: number;
}

/** RMSProp's new variable, mean square, accumulation, and mean where it is centred. @see Tieleman & Hinton 2012, lecture 6.5 */
export const rmsPropUpdate = defineKernel<RmsPropInputs, RmsPropAttributes>(
  "RmsPropUpdate",
  ({ inputs, attrs: { decay, momentum, rate, epsilon }, engine }) => {
    const { w, g, s, a } = inputs;
    const mean = (inputs as RmsPropInputs).mean;
    expectAlike(w, { g, s, a, ...(mean && { mean }) });
    const kept = [s, a, ...(mean === undefined ? [] : [mean])];
    const made = [engine.output(w.shape), ...kept.map(engine.reuse)];
    const [newW, newS, newA, newMean] = made;
    const numbers = [decay, 1 - decay, momentum, rate, epsilon];
    engine.call("rmsProp", sizeOf(w), w, g, s, a, mean, newW, newS, newA, newMean, ...numbers);
    return made;
  },
);
