import { expectShape, inputInvalid } from "../engine/check-inputs.js";
import { describeTensor } from "../engine/simd-arguments.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { ActivationNumbers } from "./activations.js";

/** Sizes of a recurrent layer over a sequence. */
export interface RecurrenceSizes {
  readonly batch: number;
  readonly time: number;
  readonly inputs: number;
  readonly units: number;
  /** As the class `Recurrence` in simd/recurrence.ts lists them. */
  readonly sizes: readonly number[];
}

/** Asks a backward kernel for ∂z of every step, [T, N, …], in the place of the gradients of kernels and bias. */
export interface DeltaAttribute {
  readonly deltas?: boolean;
}

interface Given {
  readonly x: TensorInfo;
  readonly recurrent: TensorInfo;
}

interface Attributes extends ActivationNumbers {
  readonly state?: boolean;
  /** How many blocks of [U] a kernel's rows have. */
  readonly gates: number;
}

/** The shapes of all that a kernel of a recurrent layer may be given, by name. */
function shapesOf(
  [batch, time, inputs, units]: readonly [number, number, number, number],
  { state = false, gates }: Attributes,
): Readonly<Record<string, readonly number[]>> {
  const [row, one, steps] = [gates * units, [batch, units], [time, batch, units]];
  return {
    x: [batch, time, inputs],
    kernel: [inputs, row],
    recurrent: [units, row],
    bias: [row],
    mask: [batch, time],
    ...{ h0: one, c0: one, dropout: one, c: steps, carry: steps, previous: steps, reset: steps },
    gates: [time, batch, row],
    dy: [batch, time + Number(state), units],
  };
}

/**
 * Reads the sizes off x [N, T, I] and the recurrent kernel [U, …].
 *
 * @throws KERNEL_INPUT_INVALID if any tensor is not of the shape that follows from them
 */
export function recurrence(given: Given, attrs: Attributes): RecurrenceSizes {
  const [batch = 0, time = 0, inputs = 0] = given.x.shape;
  const [units = 0] = given.recurrent.shape;
  // a product over no inputs is not written at all
  if (inputs === 0) throw inputInvalid(`x must have inputs, but is ${describeTensor(given.x)}`);
  const shapes = shapesOf([batch, time, inputs, units], attrs);
  const tensors = Object.entries(given as Given & Readonly<Record<string, TensorInfo | undefined>>);
  for (const [name, tensor] of tensors)
    if (tensor !== undefined) expectShape(name, tensor, shapes[name] ?? []);
  const activations = [attrs.activation, attrs.recurrentActivation];
  const rows = time + Number(attrs.state ?? false);
  return { batch, time, inputs, units, sizes: [batch, time, inputs, units, ...activations, rows] };
}
