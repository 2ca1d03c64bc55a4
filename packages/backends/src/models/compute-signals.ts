import * as tf from "@tensorflow/tfjs";
import {
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
import { passSignal, runModel } from "./run-model.js";

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
  const computed = tf.tidy(() => {
    const run = runModel(adapter, rows(), false);
    return names.map((name) => tf.clone(passSignal(name, run)));
  });
  return readColumns(new Map(names.map((name, at) => [name, computed[at] as tf.Tensor])));
}

function exactNorms(adapter: ModelAdapter, batch: Batch): Promise<Float32Array> {
  return gradientNorms({
    layers: adapter.layers,
    variables: adapter.variables(),
    size: batch.size,
    losses: (range = { begin: 0, size: batch.size }) =>
      runModel(adapter, sliceRows(batch, range.begin, range.size), false).losses,
  });
}

/**
 * Computes signals of every row in inference mode, `chunk` rows a pass.
 * @throws SIGNAL_UNAVAILABLE
 */
export async function computeSignals(
  adapter: ModelAdapter,
  names: readonly Signal[],
  { batch, chunk }: { readonly batch: Batch; readonly chunk: number },
): Promise<Signals> {
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
      joined(chunks.map((each) => each.get(name) ?? new Float32Array())),
    ]),
  );
  if (names.includes("gradient-norm")) signals["gradient-norm"] = await exactNorms(adapter, batch);
  return signals;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0] as Float32Array;
  const out = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Says why a signal is missing, and what would offer it. */
export function explainMissing(adapter: ModelAdapter, signal: Signal): string {
  if (adapter.outputs.length === 0)
    return 'The model is trained with loss "none": it has outputs, and no loss to take anything else of. Leave the option "loss" out for losses and their gradients.';
  if (signal === "upper-bound" && adapter.noUpperBound !== undefined) return adapter.noUpperBound;
  return `Use a scorer that needs one of ${[...offeredSignals(adapter).keys()].join(", ")}.`;
}
