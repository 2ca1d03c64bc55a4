import type * as tf from "@tensorflow/tfjs";
import { functional } from "@unequal/backends";
import type { Trainer } from "@unequal/core";
import { createCallbackList, type CallbackList, type Logs } from "./callback-list.js";
import { createPause } from "./create-pause.js";
import { createEpochColumns } from "./epoch-columns.js";
import { createMetricLogs, type MetricLogs } from "./metric-logs.js";
import type { FitData } from "./fit-data.js";
import type { Checked } from "./fit-options.js";

/** The record of a fit, in the form of TensorFlow.js's History. */
export interface ImportanceHistory {
  /** Numbers of the epochs. */
  readonly epoch: number[];
  /**
   * Columns by name, a value for each epoch. `loss` and metrics: means over the epoch's updates of
   * importance-weighted, so unbiased, estimates, regularisers left out; `val_…`: unweighted means over the
   * validation data. Where the sampler draws by score: `tau` = B Σp², how many times larger a uniform batch
   * would have to be; `importance_share`, the share of the updates made by importance sampling;
   * `effective_sample_size` = 1/Σp², on uniform updates B / tau; `rate`, what the learning rate was multiplied
   * with, 1 on uniform updates.
   */
  readonly history: Record<string, number[]>;
  /** What the callbacks were told: epochs, samples, batchSize, metrics and the like. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a fit works with. */
export interface Fit extends FitData {
  readonly model: tf.LayersModel;
  readonly trainer: Trainer;
  readonly options: Checked & { readonly batchSize: number };
}

/** What this file relies on of tfjs models beyond their public types. */
interface Named {
  readonly getDedupedMetricsNames: () => readonly string[];
}

function describe(epoch: number, epochs: number, logs: Logs): string {
  const shown = Object.entries(logs).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  return [`epoch ${epoch + 1}/${epochs}`, ...shown].join(" · ");
}

async function validate({ trainer, validation, options }: Fit, known: Logs): Promise<Logs> {
  if (validation === undefined) return {};
  const { batchSize } = options;
  const { loss, metrics } = await trainer.evaluate("validation", validation, { batchSize });
  const named = Object.entries(metrics).filter(([name]) => name in known);
  return Object.fromEntries(
    [["loss", loss] as const, ...named].map(([name, value]) => [`val_${name}`, value]),
  );
}

/** Names the loss and the metrics as tfjs does in a history, where those that are not unique have numbers. */
function metricsNames(given: tf.LayersModel): readonly string[] {
  return (functional(given) as unknown as Named).getDedupedMetricsNames();
}

function paramsOf(
  { model, options, train, validation }: Fit,
  steps: number,
): Record<string, unknown> {
  const { epochs, initialEpoch, batchSize, verbose } = options;
  const doValidation = validation !== undefined;
  const names = metricsNames(model);
  const metrics = doValidation ? [...names, ...names.map((name) => `val_${name}`)] : [...names];
  const samples = train.size;
  return { epochs, initialEpoch, samples, steps, batchSize, verbose, doValidation, metrics };
}

/** Makes the updates of one epoch; returns the means of what they reported. */
type RunEpoch = (epoch: number) => Promise<Logs>;

/** How an epoch is run. */
interface EpochRun {
  readonly callbacks: CallbackList;
  readonly metrics: MetricLogs;
  readonly steps: number;
}

function createEpoch(fit: Fit, { callbacks, metrics, steps }: EpochRun): RunEpoch {
  const { model, trainer, options } = fit;
  const size = options.batchSize;
  const columns = createEpochColumns(trainer);
  const pause = createPause(options.yieldEvery);
  return async (epoch) => {
    let logs: Logs = {};
    for (let batch = 0; batch < steps; batch++) {
      await callbacks.batchBegin(batch, { batch, size });
      const report = await trainer.step();
      columns.add(report);
      logs = { batch, size, loss: report.loss, ...metrics.add(report) };
      await callbacks.batchEnd(batch, logs);
      if (await pause("batch")) await callbacks.yielded(epoch, batch, logs);
      if (model.stopTraining) break;
    }
    if (await pause("epoch")) await callbacks.yielded(epoch, logs.batch ?? 0, logs);
    return columns.take();
  };
}

/** Callbacks set it behind the compiler's back. */
function stopped(model: tf.LayersModel): boolean {
  return model.stopTraining;
}

function add(record: ImportanceHistory, epoch: number, logs: Logs): void {
  record.epoch.push(epoch);
  for (const [name, value] of Object.entries(logs)) (record.history[name] ??= []).push(value);
}

/** Trains epoch by epoch, with callbacks, validation off the clock, and an end where `model.stopTraining` is set. */
export async function runEpochs(fit: Fit): Promise<ImportanceHistory> {
  const { model, trainer, options } = fit;
  const { epochs, initialEpoch, verbose, stepsPerEpoch = trainer.updatesPerEpoch } = options;
  const params = paramsOf(fit, stepsPerEpoch);
  const callbacks = createCallbackList(options.callbacks, model, params);
  const metrics = createMetricLogs();
  const runEpoch = createEpoch(fit, { callbacks, metrics, steps: stepsPerEpoch });
  const record: ImportanceHistory = { epoch: [], history: {}, params };
  const remaining = Math.max(0, epochs - initialEpoch) * stepsPerEpoch;
  trainer.begin({ updates: trainer.progress.update + remaining });
  await callbacks.trainBegin();
  model.stopTraining = false;
  for (let epoch = initialEpoch; epoch < epochs; epoch++) {
    await callbacks.epochBegin(epoch);
    const means = await runEpoch(epoch);
    const logs = { ...means, ...(await validate(fit, means)) };
    const line = describe(epoch, epochs, metrics.line(logs));
    if (verbose > 0) console.log(line);
    await callbacks.epochEnd(epoch, logs);
    add(record, epoch, logs);
    if (stopped(model)) break;
  }
  if (fit.validation !== undefined) {
    const { noteOverfit } = await import("./note-overfit.js");
    noteOverfit(trainer, record);
  }
  await callbacks.trainEnd();
  trainer.end();
  return record;
}
