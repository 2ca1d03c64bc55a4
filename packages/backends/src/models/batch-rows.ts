import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import { wrappedBy } from "./model-graph.js";
import type { Forward, ForwardResult } from "./forward.js";

/** How many rows every batch of a model must have. */
export interface BatchRows {
  readonly rows: number;
  /** Names of the layers that keep their state from one batch to the next, row by row; none: batches are independent. */
  readonly stateful: readonly string[];
}

/** What this file relies on of tfjs layers beyond their public types. */
interface Internals {
  readonly stateful: boolean;
  readonly inputSpec?: readonly { readonly shape?: readonly (number | null)[] | null }[] | null;
}

function isStateful(layer: tf.layers.Layer): boolean {
  const wrapped = wrappedBy(layer);
  return (layer as unknown as Internals).stateful || (wrapped !== undefined && isStateful(wrapped));
}

/** The size of batches that a layer was built for and insists on; most take any. */
function rowsOf(layer: tf.layers.Layer): number | undefined {
  const { inputSpec } = layer as unknown as Internals;
  return (inputSpec ?? []).flatMap(({ shape }) => shape?.[0] ?? [])[0];
}

/** Tells how many rows the batches of a model must have, if its layers insist on a number or keep states for one. */
export function batchRows(
  model: tf.LayersModel,
  layers: readonly tf.layers.Layer[],
): BatchRows | undefined {
  const stateful = layers.filter(isStateful).map(({ name }) => name);
  const insisted = layers.flatMap((layer) => rowsOf(layer) ?? [])[0];
  const given = model.inputs.flatMap(({ shape }) => shape[0] ?? [])[0];
  const rows = insisted ?? (stateful.length > 0 ? given : undefined);
  return rows === undefined ? undefined : { rows, stateful };
}

/** Joins results of several passes, the first `size` rows. */
function joined(parts: readonly ForwardResult[], size: number): ForwardResult {
  const join = (tensors: readonly tf.Tensor[]): tf.Tensor =>
    tf.slice(
      tensors.length === 1 ? (tensors[0] as tf.Tensor) : tf.concat([...tensors], 0),
      0,
      size,
    );
  const [{ outputs, masks }] = parts as [ForwardResult];
  return {
    outputs: outputs.map((_, at) => join(parts.map((part) => part.outputs[at] as tf.Tensor))),
    masks: masks.map((mask, at) =>
      mask === undefined ? undefined : join(parts.map((part) => part.masks[at] as tf.Tensor)),
    ),
  };
}

/** `rows` rows from `begin`, the last one repeated where there are fewer. */
function rowsFrom(tensor: tf.Tensor, begin: number, rows: number): tf.Tensor {
  const left = tensor.shape[0];
  if (begin + rows <= left) return tf.slice(tensor, begin, rows);
  const index = Int32Array.from({ length: rows }, (_, at) => Math.min(begin + at, left - 1));
  return tf.gather(tensor, tf.tensor1d(index, "int32"));
}

/** Says why a model that keeps states cannot do something. */
export function explainStateful({ rows, stateful }: BatchRows): string {
  return `The model keeps the state of ${stateful.join(", ")} from each batch of ${rows} examples to the next, row by row, so that each example must follow its own predecessor`;
}

/**
 * Makes a forward pass of any number of rows one of batches of the model's own size: the last is filled up with rows
 * whose outputs are left out. A model that keeps states takes one whole batch at a time.
 *
 * @throws STATEFUL_MODEL for any other number of rows of such a model
 */
export function inBatchesOf(own: BatchRows, forward: Forward): Forward {
  const { rows, stateful } = own;
  return (inputs, training) => {
    const size = inputs[0]?.shape[0] ?? 0;
    if (size === rows) return forward(inputs, training);
    if (stateful.length > 0) {
      throw new UnequalError(
        "STATEFUL_MODEL",
        `${explainStateful(own)}: it takes batches of ${rows}, but got one of ${size}. Give batchSize: ${rows}, and numbers of examples, to train and to evaluate on, that are multiples of ${rows}.`,
      );
    }
    const begins = Array.from({ length: Math.ceil(size / rows) }, (_, at) => at * rows);
    const parts = begins.map((begin) =>
      forward(
        inputs.map((input) => rowsFrom(input, begin, rows)),
        training,
      ),
    );
    return joined(parts, size);
  };
}
