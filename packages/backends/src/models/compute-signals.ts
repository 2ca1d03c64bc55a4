import * as tf from "@tensorflow/tfjs";
import {
  joinFloats,
  UnequalError,
  type Batch,
  type Signal,
  type SignalPrice,
  type Signals,
} from "@unequal/core";
import { gradientNorms } from "../signals/gradient-norm.js";
import { sliceRows, type BatchTensors } from "./device-batch.js";
import type { ModelAdapter } from "./model-adapter.js";
import { readColumns } from "./read-columns.js";
import { explainConstantLoss } from "../heads/explain-constant-loss.js";
import { passSignal, runModel } from "./run-model.js";

/** What signals are computed of. */
export interface SignalRequest {
  readonly batch: Batch;
  /** Rows a pass. */
  readonly chunk: number;
  /** Is told, in a sentence, what a user of a signal should know. */
  readonly note: (message: string) => void;
}

/** Lists what a model offers, and what each signal costs. */
export function offeredSignals(adapter: ModelAdapter): ReadonlyMap<Signal, SignalPrice> {
  if (adapter.outputs.length === 0) return new Map([["embedding", "free"]]);
  const signals = new Map<Signal, SignalPrice>([
    ["loss", "free"],
    ["probabilities", "free"],
    ["embedding", "free"],
    ["output-gradient", "free"],
    ["gradient-norm", "paid"],
  ]);
  if (adapter.noUpperBound === undefined) signals.set("upper-bound", "free");
  return signals;
}

function computeChunk(
  adapter: ModelAdapter,
  names: readonly Signal[],
  rows: () => BatchTensors,
): Promise<Map<Signal, Float32Array>> {
  const computed = explainConstantLoss(() =>
    tf.tidy(() => {
      const run = runModel(adapter, rows(), false);
      return names.map((name) => tf.clone(passSignal(name, run)));
    }),
  );
  return readColumns(new Map(names.map((name, at) => [name, computed[at] as tf.Tensor])));
}

async function exactNorms(
  adapter: ModelAdapter,
  { batch, chunk: asked, note }: SignalRequest,
): Promise<Float32Array> {
  // in whole batches of the model's own size the examples of a call are those of the pass
  const chunk = adapter.batchRows?.rows ?? asked;
  const norms = new Float32Array(batch.size);
  for (let first = 0; first < batch.size; first += chunk) {
    const size = Math.min(chunk, batch.size - first);
    const losses = (range = { begin: 0, size }): tf.Tensor1D =>
      runModel(adapter, sliceRows(batch, first + range.begin, range.size), false).losses();
    const { layers } = adapter;
    norms.set(
      await gradientNorms({ layers, variables: adapter.variables(), size, losses, note }),
      first,
    );
  }
  return norms;
}

/**
 * Computes signals of every row in inference mode, `chunk` rows a pass.
 * @throws SIGNAL_UNAVAILABLE
 */
export async function computeSignals(
  adapter: ModelAdapter,
  names: readonly Signal[],
  request: SignalRequest,
): Promise<Signals> {
  const { batch, chunk } = request;
  const offered = offeredSignals(adapter);
  const missing = names.find((name) => !offered.has(name));
  if (missing !== undefined)
    throw new UnequalError(
      "SIGNAL_UNAVAILABLE",
      `The model does not offer "${missing}". ${explainMissing(adapter, missing)}`,
    );
  const fromPass = names.filter((name) => name !== "gradient-norm");
  const chunks: Map<Signal, Float32Array>[] = [];
  for (let begin = 0; fromPass.length > 0 && begin < batch.size; begin += chunk) {
    const rows = (): BatchTensors => sliceRows(batch, begin, Math.min(chunk, batch.size - begin));
    chunks.push(await computeChunk(adapter, fromPass, rows));
  }
  const signals = Object.fromEntries(
    fromPass.map((name) => [
      name,
      joinFloats(chunks.map((each) => each.get(name) ?? new Float32Array())),
    ]),
  );
  if (names.includes("gradient-norm"))
    signals["gradient-norm"] = await exactNorms(adapter, request);
  return signals;
}

/** Says why a signal is missing, and what would offer it. */
export function explainMissing(adapter: ModelAdapter, signal: Signal): string {
  if (adapter.outputs.length === 0)
    return 'The model is trained with loss "none": it has outputs, and no loss to take anything else of. Leave the option "loss" out for losses and their gradients.';
  if (signal === "upper-bound" && adapter.noUpperBound !== undefined) return adapter.noUpperBound;
  return `Use a scorer that needs one of ${[...offeredSignals(adapter).keys()].join(", ")}.`;
}
