import * as tf from "@tensorflow/tfjs";
import { mapColumns, toNested, toTensor, type Column, type Columns } from "./columns.js";
import type { Data } from "./differential-case.js";
import { BATCH } from "./steps.js";

type Stream = tf.data.Dataset<tf.TensorContainer>;

function rowCount(columns: Columns): number {
  let rows = 0;
  mapColumns(columns, ({ shape }) => (rows = shape[0] as number));
  return rows;
}

/** Cuts rows out of every column, as tensors; one row alone loses its axis. */
function slices(columns: Columns, from: number, count: number | "row"): tf.TensorContainer {
  return mapColumns(columns, (column: Column) =>
    tf.tidy(() => {
      const whole = toTensor(column);
      const rows = tf.slice(whole, from, count === "row" ? 1 : count);
      return count === "row" ? tf.reshape(rows, column.shape.slice(1)) : rows;
    }),
  );
}

/** Streams batches that a generator makes, with inputs and targets alone, in a list or by name as they are given. */
export function batches({ x, y }: Data, size: number = BATCH): Stream {
  const rows = rowCount(x);
  return tf.data.generator(function* () {
    for (let from = 0; from < rows; from += size) {
      const count = Math.min(size, rows - from);
      yield { xs: slices(x, from, count), ys: slices(y, from, count) };
    }
  });
}

/** Streams rows that a generator makes. */
export function rows({ x, y }: Data): Stream {
  const count = rowCount(x);
  return tf.data.generator(function* () {
    for (let from = 0; from < count; from++)
      yield { xs: slices(x, from, "row"), ys: slices(y, from, "row") };
  });
}

/** Streams rows of nested arrays, zipped of a stream of each column. */
export function zipped({ x, y }: Data): Stream {
  const columns = (each: Columns) =>
    mapColumns(each, (column) => tf.data.array(toNested(column) as tf.TensorContainer[]));
  return tf.data.zip({ xs: columns(x), ys: columns(y) });
}
