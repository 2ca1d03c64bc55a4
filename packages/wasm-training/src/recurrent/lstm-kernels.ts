import { defineKernel } from "../engine/define-kernel.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { ActivationNumbers } from "./activations.js";
import { recurrence, type DeltaAttribute } from "./recurrence.js";

/** Inputs of {@link lstmSequence}: x [N, T, I], kernels [I, 4 U] and [U, 4 U], bias [4 U], states [N, U], mask [N, T], dropout [N, U]. */
export interface LstmInputs<T = TensorInfo> {
  readonly x: T;
  readonly kernel: T;
  readonly recurrent: T;
  readonly bias?: T;
  readonly h0: T;
  readonly c0: T;
  readonly mask?: T;
  readonly dropout?: T;
}

/** Options of {@link lstmSequence}. */
export interface LstmAttributes extends ActivationNumbers {
  /** Whether c_T is appended to the outputs, as one more step. */
  readonly state: boolean;
}

/**
 * Long short-term memory over a whole sequence: outputs h [N, T or T + 1, U], and for the gradient
 * c and φ(c) [T, N, U], the gates' values [T, N, 4 U] and h_{t−1} after dropout [T, N, U].
 *
 * @see Hochreiter & Schmidhuber 1997
 */
export const lstmSequence = defineKernel<LstmInputs, LstmAttributes>(
  "LstmSequence",
  ({ inputs, attrs, engine }) => {
    const { x, kernel, recurrent, bias, h0, c0, mask, dropout } = inputs as LstmInputs;
    const { batch, time, inputs: width, units, sizes } = recurrence(inputs, { ...attrs, gates: 4 });
    const h = engine.output([batch, time + Number(attrs.state), units]);
    const kept = [1, 1, 4, 1].map((blocks) => engine.output([time, batch, blocks * units]));
    const packed = engine.call("packedBytes", Math.max(units, width), 4 * units);
    engine.lend([packed], (room) => {
      const given = [x, kernel, recurrent, bias, h0, c0, mask, dropout];
      const made = [h, ...kept];
      engine.call("lstmForward", sizes, ...given, ...made, room, engine.scratch);
    });
    return [h, ...kept];
  },
);

/** Inputs of {@link lstmSequenceGrad}: those of the forward pass, what it made, and ∂y of its outputs. */
export interface LstmGradInputs<T = TensorInfo> extends Omit<LstmInputs<T>, "bias" | "h0"> {
  readonly c: T;
  readonly carry: T;
  readonly gates: T;
  readonly previous: T;
  readonly dy: T;
}

/** Gradients with respect to x, kernel, recurrent kernel, bias, h₀ and c₀; with `deltas` those of x, z, h₀ and c₀. */
export const lstmSequenceGrad = defineKernel<LstmGradInputs, LstmAttributes & DeltaAttribute>(
  "LstmSequenceGrad",
  ({ inputs, attrs, engine }) => {
    const { x, kernel, recurrent, c0, mask, dropout, c, carry, gates, previous, dy } =
      inputs as LstmGradInputs;
    const { batch, time, inputs: width, units, sizes } = recurrence(inputs, { ...attrs, gates: 4 });
    const dx = engine.output(x.shape);
    const shapes = attrs.deltas ? [] : [kernel.shape, recurrent.shape, [4 * units]];
    const weights = shapes.map((shape) => engine.output(shape));
    const states = [engine.output([batch, units]), engine.output([batch, units])];
    const dz = attrs.deltas ? engine.output([time, batch, 4 * units]) : undefined;
    const rooms = [
      dz ? 0 : 4 * batch * time * 4 * units,
      4 * batch * units,
      engine.call("packedBytes", 4 * units, Math.max(units, width)),
    ];
    engine.lend(rooms, (room, ...addresses) => {
      const given = [x, kernel, recurrent, c0, mask, dropout, c, carry, gates, previous, dy];
      const [dKernel, dRecurrent, dBias] = weights;
      const results = [dx, dKernel, dRecurrent, dBias, ...states, dz ?? room];
      engine.call("lstmBackward", sizes, ...given, ...results, ...addresses, engine.scratch);
    });
    return [dx, ...(dz ? [dz] : weights), ...states];
  },
);
