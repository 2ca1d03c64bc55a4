import { defineKernel } from "../define-kernel.js";
import type { TensorInfo } from "../wasm-engine.js";
import type { ActivationNumbers } from "./activations.js";
import { recurrence } from "./recurrence.js";

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
 * c [N, T, U], the gates' values [N, T, 4 U] and h_{t−1} after dropout [N, T, U].
 *
 * @see Hochreiter & Schmidhuber 1997
 */
export const lstmSequence = defineKernel<LstmInputs, LstmAttributes>(
  "LstmSequence",
  ({ inputs, attrs, engine }) => {
    const { x, kernel, recurrent, bias, h0, c0, mask, dropout } = inputs as LstmInputs;
    const { batch, time, units, sizes } = recurrence(inputs, attrs);
    const h = engine.output([batch, time + Number(attrs.state), units]);
    const c = engine.output([batch, time, units]);
    const gates = engine.output([batch, time, 4 * units]);
    const previous = engine.output([batch, time, units]);
    engine.lend([engine.call("packedBytes", units, 4 * units)], (packed) => {
      const given = [x, kernel, recurrent, bias, h0, c0, mask, dropout];
      const made = [h, c, gates, previous];
      engine.call("lstmForward", engine.sizes(sizes), ...given, ...made, packed, engine.scratch);
    });
    return [h, c, gates, previous];
  },
);

/** Inputs of {@link lstmSequenceGrad}: those of the forward pass, what it made, and ∂y of its outputs. */
export interface LstmGradInputs<T = TensorInfo> extends Omit<LstmInputs<T>, "bias" | "h0"> {
  readonly c: T;
  readonly gates: T;
  readonly previous: T;
  readonly dy: T;
}

/** Gradients with respect to x, kernel, recurrent kernel, bias, h₀ and c₀. */
export const lstmSequenceGrad = defineKernel<LstmGradInputs, LstmAttributes>(
  "LstmSequenceGrad",
  ({ inputs, attrs, engine }) => {
    const { x, kernel, recurrent, c0, mask, dropout, c, gates, previous, dy } =
      inputs as LstmGradInputs;
    const { batch, time, units, sizes } = recurrence(inputs, attrs);
    const bias = engine.output([4 * units]);
    const states = [engine.output([batch, units]), engine.output([batch, units])];
    const made = [x, kernel, recurrent].map(({ shape }) => engine.output(shape));
    const rooms = [
      4 * batch * time * 4 * units,
      4 * batch * units,
      engine.call("packedBytes", 4 * units, units),
    ];
    engine.lend(rooms, (...addresses) => {
      const given = [x, kernel, recurrent, c0, mask, dropout, c, gates, previous, dy];
      const results = [...made, bias, ...states];
      const room = [...addresses, engine.scratch];
      engine.call("lstmBackward", engine.sizes(sizes), ...given, ...results, ...room);
    });
    return [...made, bias, ...states];
  },
);
