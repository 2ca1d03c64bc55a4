import * as tf from "@tensorflow/tfjs";
import { WasmTrainingError } from "./wasm-training-error.js";
import {
  SCRATCH,
  SIMD_FUNCTIONS,
  type Extent,
  type Extents,
  type SimdFunction,
} from "./simd-functions.js";
import type { TensorInfo } from "./tensor-info.js";

/** Memory of the engine that no tensor owns. */
export interface Room {
  readonly address: number;
  readonly bytes: number;
}

/** Parts of a tensor, each from a number on: the function is called once for each. */
interface TensorParts {
  readonly tensor: TensorInfo;
  readonly offsets: readonly number[];
}

/** What a function is given at an address: a whole tensor, parts of one, memory, or nothing. */
type Operand = TensorInfo | TensorParts | Room | undefined;

/** What a function is given: operands, plain numbers, and a list of sizes. */
export type SimdArgument = Operand | number | readonly number[];

/** What it takes to turn arguments into addresses. */
export interface AddressSpace {
  readonly address: (tensor: TensorInfo) => number;
  /** Writes sizes to where a function reads them; valid until the next call. */
  readonly sizes: (values: readonly number[]) => number;
  readonly scratch: Room;
}

function isSizes(value: SimdArgument): value is readonly number[] {
  return Array.isArray(value);
}

/** A tensor's shape and type, as messages name them. */
export function describeTensor({ shape, dtype }: TensorInfo): string {
  return `[${shape.join()}] of ${dtype}`;
}

function describe(operand: Operand): string {
  if (operand === undefined) return "nothing";
  if ("address" in operand) return `${operand.bytes} bytes`;
  if ("tensor" in operand)
    return `a part of ${describeTensor(operand.tensor)}, up to number ${last(operand.offsets)} on`;
  return describeTensor(operand);
}

function last(offsets: readonly number[]): number {
  return offsets.reduce((largest, offset) => Math.max(largest, offset), 0);
}

function isNumbers({ dtype }: TensorInfo, { dtype: wanted }: Extent): boolean {
  return wanted === "any" ? dtype === "float32" || dtype === "int32" : dtype === wanted;
}

function fits(operand: Operand, extent: Extent): boolean {
  const { count, optional } = extent;
  if (!Number.isInteger(count) || count < 0) return false;
  if (operand === undefined) return optional;
  if ("address" in operand) return 4 * count <= operand.bytes;
  if (!("tensor" in operand))
    return tf.util.sizeFromShape(operand.shape) === count && isNumbers(operand, extent);
  const { tensor, offsets } = operand;
  const size = tf.util.sizeFromShape(tensor.shape);
  const inside = offsets.length === 0 || last(offsets) + count <= size;
  return inside && offsets.every((offset) => offset >= 0) && isNumbers(tensor, extent);
}

function unfit(name: string, operand: Operand, what: string): WasmTrainingError {
  return new WasmTrainingError(
    "KERNEL_INPUT_INVALID",
    `${what}, but ${name} is ${describe(operand)}. Give the operation tensors whose shapes and types fit each other.`,
  );
}

function addressOf(
  { address, scratch }: AddressSpace,
  operand: Operand,
  [name, needed]: readonly [string, Extents[string]],
): number {
  if (needed === SCRATCH) {
    if (operand === scratch) return scratch.address;
    throw unfit(name, operand, "The engine's scratch must be given");
  }
  const extent =
    typeof needed === "number"
      ? { count: needed, dtype: "float32" as const, optional: false }
      : needed;
  if (!fits(operand, extent)) {
    const kind = extent.dtype === "any" ? "four bytes each" : extent.dtype;
    throw unfit(name, operand, `A kernel of ours goes through ${extent.count} numbers of ${kind}`);
  }
  if (operand === undefined) return 0;
  if ("address" in operand) return operand.address;
  return address("tensor" in operand ? operand.tensor : operand);
}

/** What a function of the module is called with. */
export interface SimdCall {
  readonly numbers: number[];
  /** The parts among its arguments, by place; an empty list is one call. */
  readonly parts: readonly (readonly [number, readonly number[]])[];
}

function partsOf(values: readonly SimdArgument[]): SimdCall["parts"] {
  return values.flatMap((value, at) =>
    typeof value === "object" && "offsets" in value ? [[at, value.offsets] as const] : [],
  );
}

/**
 * Turns arguments into the numbers that a function of the module takes. All that is given at an address is first
 * compared with what the function goes through from there: a tensor must hold just so many numbers of the type, each
 * part of one and memory at least as many.
 *
 * @throws KERNEL_INPUT_INVALID
 */
export function simdCall(
  space: AddressSpace,
  name: SimdFunction,
  values: readonly SimdArgument[],
): SimdCall {
  const sizes = values.flatMap((value) =>
    typeof value === "number" || isSizes(value) ? value : [],
  );
  const extentsOf = SIMD_FUNCTIONS[name] as (sizes: readonly number[]) => Extents;
  const extents = Object.entries(extentsOf(sizes));
  let at = 0;
  const numbers = values.map((value) => {
    if (typeof value === "number") return value;
    if (isSizes(value)) return space.sizes(value);
    const extent = extents[at++];
    if (extent !== undefined) return addressOf(space, value, extent);
    throw unfit(name, value, `The function takes ${extents.length} addresses`);
  });
  const parts = partsOf(values);
  const [first] = parts;
  const even = parts.every(([, offsets]) => offsets.length === first?.[1].length);
  if (at === extents.length && even) return { numbers, parts };
  throw unfit(
    name,
    undefined,
    `The function takes ${extents.length} addresses, and as many parts of each tensor`,
  );
}
