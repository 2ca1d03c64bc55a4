import * as tf from "@tensorflow/tfjs";
import type { Random } from "@unequal/core";
import { runKernel } from "./kernel-cases.js";

/** Shapes by the names of a kernel's inputs. */
export type Shapes = Readonly<Record<string, readonly number[]>>;
type Attributes = Readonly<Record<string, unknown>>;
/** Tensors by the names of a kernel's inputs. */
export type Inputs = Record<string, tf.Tensor>;

/** A way of calling a kernel with tensors that fit, for the generator to spoil. */
export interface Recipe {
  readonly kernel: string;
  readonly shapes: (random: Random) => Shapes;
  /** Options, some of which do not fit the shapes. */
  readonly attrs?: (random: Random) => Attributes;
  /** Inputs of whole numbers below this. */
  readonly wholes?: Readonly<Record<string, number>>;
  /** Inputs that are at least 0.1. */
  readonly positive?: readonly string[];
  /** The public function, where there is one. */
  readonly op?: (inputs: Inputs, attrs: never) => tf.Tensor;
  /** Whether no other engine has it: then what does not fit must be refused, and the rest taken. */
  readonly own?: boolean;
  /** What the cpu engine computes instead, where its own kernel of this name is wrong. */
  readonly reference?: (inputs: Inputs, attrs: never) => tf.Tensor;
  /** Inputs that it may write over. */
  readonly consumed?: readonly string[];
}

/** Draws one of these. */
export function pick<const T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)] as T;
}

/** What fused kernels apply. */
export const ACTIVATIONS = [
  "linear",
  "relu",
  "relu6",
  "sigmoid",
  "elu",
  "leakyrelu",
  "prelu",
] as const;

/** Calls a recipe's kernel by its name, or its public function; on the cpu engine what stands for either. */
export function callRecipe(
  { kernel, op, reference }: Recipe,
  inputs: Inputs,
  { attrs, direct }: { readonly attrs: Attributes; readonly direct: boolean },
): tf.Tensor[] {
  if (reference !== undefined && tf.getBackend() === "cpu")
    return [reference(inputs, attrs as never)];
  const result =
    op !== undefined && !direct ? op(inputs, attrs as never) : runKernel(kernel, inputs, attrs);
  return Array.isArray(result) ? (result as tf.Tensor[]) : [result];
}
