import type { TensorInfo } from "../wasm-engine.js";
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

/** Reads the sizes off x [N, T, I] and the recurrent kernel [U, …]. */
export function recurrence(
  { x, recurrent }: { readonly x: TensorInfo; readonly recurrent: TensorInfo },
  attrs: ActivationNumbers & { readonly state?: boolean },
): RecurrenceSizes {
  const [batch = 0, time = 0, inputs = 0] = x.shape;
  const [units = 0] = recurrent.shape;
  const activations = [attrs.activation, attrs.recurrentActivation];
  const rows = time + Number(attrs.state ?? false);
  return { batch, time, inputs, units, sizes: [batch, time, inputs, units, ...activations, rows] };
}
