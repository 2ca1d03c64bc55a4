import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";

/** Which operands of a product are read transposed. */
export interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** A matrix of a batch as it is stored, and the steps between rows and columns as it is read. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

function matrix({ shape }: TensorInfo, transposed: boolean): Matrix {
  const [rows = 1, columns = 1] = shape.slice(-2);
  if (transposed) return { rows: columns, columns: rows, rowStep: 1, columnStep: columns };
  return { rows, columns, rowStep: columns, columnStep: 1 };
}

/** For each matrix of the broadcast batch, which of the operand's it is. */
function batchIndices(outer: readonly number[], batch: readonly number[]): number[] {
  const lead = outer.length - batch.length;
  let indices = [0];
  outer.forEach((length, axis) => {
    const own = axis < lead ? 1 : (batch[axis - lead] as number);
    indices = indices.flatMap((index) =>
      Array.from({ length }, (_, at) => index * own + (own === 1 ? 0 : at)),
    );
  });
  return indices;
}

/** Requires that two operands can be multiplied, as the stock kernels do not. */
export function expectProduct(
  { a, b }: { readonly a: TensorInfo; readonly b: TensorInfo },
  { transposeA, transposeB }: Transposes,
): void {
  const [left, right] = [matrix(a, transposeA), matrix(b, transposeB)];
  const shapes = `shapes [${a.shape.join()}] and [${b.shape.join()}]`;
  tf.util.assert(
    a.shape.length >= 2 && b.shape.length >= 2,
    () => `Error in matMul: inputs must be matrices, but have ${shapes}.`,
  );
  tf.util.assert(
    left.columns === right.rows,
    () =>
      `Error in matMul: inner lengths must be equal, but are ${left.columns} and ${right.rows}, for ${shapes}, transposeA=${transposeA} and transposeB=${transposeB}.`,
  );
}

/** Multiplies a [..., m, k] by b [..., k, n], batches broadcast: [..., m, n]. */
export function product(
  engine: WasmEngine,
  { a, b }: { readonly a: TensorInfo; readonly b: TensorInfo },
  { transposeA, transposeB }: Transposes,
): TensorInfo {
  expectProduct({ a, b }, { transposeA, transposeB });
  const left = matrix(a, transposeA);
  const right = matrix(b, transposeB);
  const batches = [a, b].map(({ shape }) => shape.slice(0, -2)) as [number[], number[]];
  const outer = tf.backend_util.assertAndGetBroadcastShape(...batches);
  const out = engine.output([...outer, left.rows, right.columns]);
  const [m, n, k] = [left.rows, right.columns, left.columns];
  const [ofA, ofB] = batches.map((batch) => batchIndices(outer, batch)) as [number[], number[]];
  const places = (indices: readonly number[], size: number) => indices.map((at) => at * size);
  engine.call(
    "gemm",
    ...[m, n, k],
    ...[{ tensor: a, offsets: places(ofA, m * k) }, left.rowStep, left.columnStep],
    ...[{ tensor: b, offsets: places(ofB, k * n) }, right.rowStep, right.columnStep],
    ...[{ tensor: out, offsets: places([...ofA.keys()], m * n) }, n, 0, engine.scratch],
  );
  return out;
}
