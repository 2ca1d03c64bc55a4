import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Batch, type HostBatch } from "@unequal/core";
import type { ModelAdapter, ModelTensors } from "./model-adapter.js";

/** Tensors of a batch: inputs and targets in the model's order, and the weight of each example, [B]. */
export interface BatchTensors extends ModelTensors {
  readonly weights: tf.Tensor1D;
}

const tensorsByBatch = new WeakMap<Batch, BatchTensors>();

/** Makes a batch of tensors, which it owns. */
function batchOf(size: number, tensors: BatchTensors): Batch {
  const batch: Batch = {
    size,
    dispose: () => {
      if (tensorsByBatch.delete(batch))
        tf.dispose([...tensors.inputs, ...tensors.targets, tensors.weights]);
    },
  };
  tensorsByBatch.set(batch, tensors);
  return batch;
}

/** Puts examples on the engine; the caller disposes the batch. @throws SHAPE_MISMATCH */
export function uploadBatch(adapter: ModelAdapter, host: HostBatch): Batch {
  const uploaded = adapter.upload(host.inputs, host.targets);
  const weights = tf.tensor1d(host.weights ?? new Float32Array(host.size).fill(1));
  return batchOf(host.size, { ...uploaded, weights });
}

/** Copies rows of a batch on the engine into a new one with weights of its own; the caller disposes it. */
export function pickRows(batch: Batch, rows: Int32Array, weights: Float32Array): Batch {
  const { inputs, targets } = tensorsOf(batch);
  const index = tf.tensor1d(rows, "int32");
  const pick = (tensor: tf.Tensor): tf.Tensor => tf.gather(tensor, index);
  const picked = { inputs: inputs.map(pick), targets: targets.map(pick) };
  index.dispose();
  return batchOf(rows.length, { ...picked, weights: tf.tensor1d(weights) });
}

/** Returns the tensors of a batch, borrowed. @throws DISPOSED */
export function tensorsOf(batch: Batch): BatchTensors {
  const tensors = tensorsByBatch.get(batch);
  if (tensors !== undefined) return tensors;
  throw new UnequalError(
    "DISPOSED",
    "The batch is disposed or was not uploaded here. Upload it again.",
  );
}

function inOrder(rows: Int32Array, size: number): boolean {
  return rows.length === size && rows.every((row, at) => row === at);
}

/** Gathers rows of a batch on the engine; inside a tidy. All rows in order are passed on as they are. */
export function gatherRows(batch: Batch, rows: Int32Array): BatchTensors {
  const tensors = tensorsOf(batch);
  if (inOrder(rows, batch.size)) return tensors;
  const index = tf.tensor1d(rows, "int32");
  return mapTensors(tensors, (tensor) => tf.gather(tensor, index));
}

/** Slices consecutive rows of a batch on the engine; inside a tidy. */
export function sliceRows(batch: Batch, begin: number, size: number): BatchTensors {
  const tensors = tensorsOf(batch);
  if (begin === 0 && size === batch.size) return tensors;
  return mapTensors(tensors, (tensor) => tf.slice(tensor, begin, size));
}

function mapTensors(tensors: BatchTensors, map: (tensor: tf.Tensor) => tf.Tensor): BatchTensors {
  return {
    inputs: tensors.inputs.map(map),
    targets: tensors.targets.map(map),
    weights: map(tensors.weights) as tf.Tensor1D,
  };
}
