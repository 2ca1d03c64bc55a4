import { defineKernel } from "../engine/define-kernel.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";
import type { ActivationNumbers } from "./activations.js";
import { recurrence, type DeltaAttribute } from "./recurrence.js";

/** Inputs of {@link gruSequence}: x [N, T, I], kernels [I, 3 U] and [U, 3 U], bias [3 U], state [N, U], mask [N, T], dropout [N, U]. */
export interface GruInputs<T = TensorInfo> {
  readonly x: T;
  readonly kernel: T;
  readonly recurrent: T;
  readonly bias?: T;
  readonly h0: T;
  readonly mask?: T;
  readonly dropout?: T;
}

/**
 * Gated recurrent units over a whole sequence: outputs h [N, T, U], and for the gradient the gates' values
 * [T, N, 3 U], h_{t−1} after dropout [T, N, U], and that after the reset gate [T, N, U].
 *
 * @see Cho et al. 2014, equations 5 to 8
 */
export const gruSequence = defineKernel<GruInputs, ActivationNumbers>(
  "GruSequence",
  ({ inputs, attrs, engine }) => {
    const { x, kernel, recurrent, bias, h0, mask, dropout } = inputs as GruInputs;
    const { batch, time, units, sizes } = recurrence(inputs, { ...attrs, gates: 3 });
    const kept = [3, 1, 1].map((blocks) => engine.output([time, batch, blocks * units]));
    const made = [engine.output([batch, time, units]), ...kept];
    engine.lend([packedBytes(engine, { kernel, units })], (packed) => {
      const given = [x, kernel, recurrent, bias, h0, mask, dropout];
      engine.call("gruForward", sizes, ...given, ...made, packed, engine.scratch);
    });
    return made;
  },
);

/** Inputs of {@link gruSequenceGrad}: those of the forward pass, what it made, and ∂h. */
export interface GruGradInputs<T = TensorInfo> extends Omit<GruInputs<T>, "bias" | "h0"> {
  readonly gates: T;
  readonly previous: T;
  readonly reset: T;
  readonly dy: T;
}

/** Gradients with respect to x, kernel, recurrent kernel, bias and h₀; with `deltas` those of x, z and h₀. */
export const gruSequenceGrad = defineKernel<GruGradInputs, ActivationNumbers & DeltaAttribute>(
  "GruSequenceGrad",
  ({ inputs, attrs, engine }) => {
    const { x, kernel, recurrent, mask, dropout, gates, previous, reset, dy } =
      inputs as GruGradInputs;
    const { batch, time, units, sizes } = recurrence(inputs, { ...attrs, gates: 3 });
    const dx = engine.output(x.shape);
    const shapes = attrs.deltas ? [] : [kernel.shape, recurrent.shape, [3 * units]];
    const weights = shapes.map((shape) => engine.output(shape));
    const dh0 = engine.output([batch, units]);
    const dz = attrs.deltas ? engine.output([time, batch, 3 * units]) : undefined;
    const state = 4 * batch * units;
    const packed = packedBytes(engine, { kernel, units });
    engine.lend([dz ? 0 : 3 * time * state, state, state, packed], (room, ...rooms) => {
      const given = [x, kernel, recurrent, mask, dropout, gates, previous, reset, dy];
      const [dKernel, dRecurrent, dBias] = weights;
      const results = [dx, dKernel, dRecurrent, dBias, dh0, dz ?? room];
      engine.call("gruBackward", sizes, ...given, ...results, ...rooms, engine.scratch);
    });
    return [dx, ...(dz ? [dz] : weights), dh0];
  },
);

/** Room for the kernel, or for the recurrent kernel in its two parts, packed either way round. */
function packedBytes(
  engine: WasmEngine,
  { kernel, units }: { readonly kernel: TensorInfo; readonly units: number },
): number {
  const [width = 0, all = 0] = kernel.shape;
  const bytes = (k: number, n: number): number => engine.call("packedBytes", k, n);
  const parts = Math.max(bytes(units, 2 * units), bytes(2 * units, units)) + bytes(units, units);
  return Math.max(parts, bytes(width, all), bytes(all, width));
}
