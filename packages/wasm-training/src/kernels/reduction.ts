import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";

/** Axes to reduce over, as kernels take them. */
export interface Axes {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** Shape of a tensor that is reduced. */
export function reducedShape(shape: number[], { axis, keepDims }: Axes): number[] {
  const axes = tf.util.parseAxisParam(axis, shape);
  const [kept] = tf.backend_util.computeOutAndReduceShapes(shape, axes);
  return keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
}

/** A tensor as [outer, rows, columns], to be summed over its rows. */
interface Middle {
  readonly outer: number;
  readonly rows: number;
  readonly columns: number;
}

/** Sees neighbouring axes that are not the last as one; undefined for any others. */
function middle({ shape }: TensorInfo, { axis }: Axes): Middle | undefined {
  const axes = tf.util.parseAxisParam(axis, shape).sort((a, b) => a - b);
  const [first = 0] = axes;
  const last = axes.at(-1) ?? 0;
  const columns = tf.util.sizeFromShape(shape.slice(last + 1));
  if (axes.length !== last - first + 1 || columns === 1) return undefined;
  return {
    outer: tf.util.sizeFromShape(shape.slice(0, first)),
    rows: tf.util.sizeFromShape(shape.slice(first, last + 1)),
    columns,
  };
}

/** A sum and how many numbers each entry is of. */
export interface MiddleSum {
  readonly sum: TensorInfo;
  readonly count: number;
}

/** Sums numbers over neighbouring axes that are not the last, as a bias's gradient asks; undefined for other axes. */
export function sumMiddle(engine: WasmEngine, x: TensorInfo, axes: Axes): MiddleSum | undefined {
  if (x.dtype !== "float32") return undefined;
  const form = middle(x, axes);
  if (form === undefined) return undefined;
  const sum = engine.output(reducedShape(x.shape, axes));
  engine.call("sumMiddle", x, form.outer, form.rows, form.columns, sum);
  return { sum, count: form.rows };
}
