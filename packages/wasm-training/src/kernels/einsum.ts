import * as tf from "@tensorflow/tfjs";
import { expectRank } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";
import { toFloat } from "./conversions.js";
import { product } from "./product.js";

/** An operand, and which of the equation's dimensions each of its axes is. */
interface Operand {
  readonly x: TensorInfo;
  readonly dims: readonly number[];
}

/** Makes tensors step by step, and frees all but the last when it is done. */
interface Steps {
  readonly sum: (operand: Operand, over: readonly number[]) => Operand;
  readonly permute: (operand: Operand, dims: readonly number[]) => Operand;
  readonly reshape: (x: TensorInfo, shape: readonly number[]) => TensorInfo;
  readonly keep: <T extends TensorInfo>(x: T) => T;
}

function createSteps(engine: WasmEngine, made: TensorInfo[]): Steps {
  const keep: Steps["keep"] = (x) => {
    made.push(x);
    return x;
  };
  return {
    keep,
    sum: ({ x, dims }, over) => {
      const axis = dims.flatMap((dim, at) => (over.includes(dim) ? [at] : []));
      if (axis.length === 0) return { x, dims };
      const summed = engine.run(tf.Sum, { x }, { axis, keepDims: false });
      return { x: keep(summed), dims: dims.filter((dim) => !over.includes(dim)) };
    },
    permute: ({ x, dims }, order) => {
      const perm = order.map((dim) => dims.indexOf(dim));
      if (perm.every((from, to) => from === to)) return { x, dims };
      return { x: keep(engine.run(tf.Transpose, { x }, { perm })), dims: order };
    },
    reshape: (x, shape) => keep(engine.run(tf.Reshape, { x }, { shape: [...shape] })),
  };
}

function sizeOf({ x, dims }: Operand, some: readonly number[]): number {
  return some.reduce((size, dim) => size * (x.shape[dims.indexOf(dim)] as number), 1);
}

function shapeOf({ x, dims }: Operand, some: readonly number[]): number[] {
  return some.map((dim) => x.shape[dims.indexOf(dim)] as number);
}

/** Contracts two operands as one product of matrices [batch, free, shared] and [batch, shared, free]. */
function contract(
  engine: WasmEngine,
  steps: Steps,
  { left, right, summed }: { left: Operand; right: Operand; summed: readonly number[] },
): Operand {
  const shared = left.dims.filter((dim) => right.dims.includes(dim));
  const batch = shared.filter((dim) => !summed.includes(dim));
  const inner = shared.filter((dim) => summed.includes(dim));
  const freeA = left.dims.filter((dim) => !shared.includes(dim));
  const freeB = right.dims.filter((dim) => !shared.includes(dim));
  const a = steps.permute(left, [...batch, ...freeA, ...inner]);
  const b = steps.permute(right, [...batch, ...inner, ...freeB]);
  const [count, depth] = [sizeOf(a, batch), sizeOf(a, inner)];
  const matrices = {
    a: steps.reshape(a.x, [count, sizeOf(a, freeA), depth]),
    b: steps.reshape(b.x, [count, depth, sizeOf(b, freeB)]),
  };
  const plain = { transposeA: false, transposeB: false };
  const result = steps.keep(product(engine, matrices, plain));
  const dims = [...batch, ...freeA, ...freeB];
  const shape = [...shapeOf(a, batch), ...shapeOf(a, freeA), ...shapeOf(b, freeB)];
  return { x: steps.reshape(result, shape), dims };
}

/** Sums products of the operands' entries as the equation says, by sums, permutations and one product of matrices. */
export const einsum = defineKernel<tf.EinsumInputs, tf.EinsumAttrs>(
  tf.Einsum,
  ({ inputs, attrs, engine }) => {
    const tensors = Object.values(inputs);
    const parsed = tf.backend_util.decodeEinsumEquation(attrs.equation, tensors.length);
    const { allDims, summedDims: summed, idDims } = parsed;
    tensors.forEach((x, at) => {
      expectRank(idDims[at]?.length ?? 0, { [`operand ${at}`]: x });
    });
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as tf.Tensor[]);
    const made: TensorInfo[] = [];
    const steps = createSteps(engine, made);
    const operands = tensors.map((x, at): Operand => {
      const float = steps.keep(toFloat(engine, x));
      const operand = { x: float, dims: idDims[at] as number[] };
      const others = idDims.filter((_, other) => other !== at).flat();
      return steps.sum(
        operand,
        summed.filter((dim) => !others.includes(dim)),
      );
    });
    const [left, right] = operands as [Operand, Operand?];
    const all = right === undefined ? left : contract(engine, steps, { left, right, summed });
    const output = allDims.map((_, dim) => dim).filter((dim) => !summed.includes(dim));
    const dtype = tensors.every((x) => x.dtype !== "float32") ? "int32" : "float32";
    const ordered = steps.permute(all, output);
    const result = engine.run(tf.Cast, { x: ordered.x }, { dtype });
    made.forEach(engine.dispose);
    return result;
  },
);
