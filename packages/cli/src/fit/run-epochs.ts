import * as tf from "@tensorflow/tfjs";
import type { Dataset, Learner, Trainer } from "@unequal/core";
import {
  createCallbackList,
  type CallbackList,
  type Callbacks,
  type Logs,
} from "./callback-list.js";
import { createEpochColumns } from "./epoch-columns.js";
import type { CheckedFit, SharedFitOptions } from "./fit-options.js";

const YIELD_AFTER = 125;

/** The record of a fit, in the form of TensorFlow.js's History. */
export interface ImportanceHistory {
  /** Numbers of the epochs. */
  readonly epoch: number[];
  /** Columns by name, a value for each epoch. */
  readonly history: Record<string, number[]>;
}

/** What a fit works with. */
export interface Fit {
  readonly model: tf.LayersModel;
  readonly learner: Learner;
  readonly trainer: Trainer;
  readonly options: CheckedFit & SharedFitOptions & { readonly callbacks?: Callbacks };
  readonly presample: number;
  readonly train: Dataset;
  readonly validation: Dataset | undefined;
}

function describe(epoch: number, epochs: number, logs: Logs): string {
  const shown = Object.entries(logs).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  return [`epoch ${epoch + 1}/${epochs}`, ...shown].join(" · ");
}

async function validate({ learner, validation }: Fit, known: Logs): Promise<Logs> {
  if (validation === undefined) return {};
  const { loss, metrics } = await learner.evaluate(validation);
  const named = Object.entries(metrics).filter(([name]) => name in known);
  return Object.fromEntries(
    [["loss", loss] as const, ...named].map(([name, value]) => [`val_${name}`, value]),
  );
}

/** Lets other work of the program run, where the last pause is some time ago. */
function createPause(): () => Promise<boolean> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < YIELD_AFTER) return false;
    await tf.nextFrame();
    last = performance.now();
    return true;
  };
}

function paramsOf(
  { model, options, train, validation }: Fit,
  steps: number,
): Record<string, unknown> {
  const { epochs, initialEpoch, batchSize, verbose } = options;
  const doValidation = validation !== undefined;
  const metrics = model.metricsNames;
  return {
    epochs,
    initialEpoch,
    samples: train.size,
    steps,
    batchSize,
    verbose,
    doValidation,
    metrics,
  };
}

/** Makes the updates of one epoch; returns the means of what they reported. */
type RunEpoch = (epoch: number) => Promise<Logs>;

function createEpoch(fit: Fit, callbacks: CallbackList, steps: number): RunEpoch {
  const { model, trainer, options } = fit;
  const size = options.batchSize;
  const columns = createEpochColumns(trainer, fit.presample);
  const pause = createPause();
  return async (epoch) => {
    for (let batch = 0; batch < steps && !model.stopTraining; batch++) {
      await callbacks.batchBegin(batch, { batch, size });
      const report = await trainer.step();
      columns.add(report);
      const logs = { batch, size, loss: report.loss, ...report.metrics };
      await callbacks.batchEnd(batch, logs);
      if (await pause()) await callbacks.yielded(epoch, batch, logs);
    }
    return columns.take();
  };
}

function add(record: ImportanceHistory, epoch: number, logs: Logs): void {
  record.epoch.push(epoch);
  for (const [name, value] of Object.entries(logs)) {
    record.history[name] = [...(record.history[name] ?? []), value];
  }
}

/** Trains epoch by epoch, with callbacks, validation off the clock, and an end where `model.stopTraining` is set. */
export async function runEpochs(fit: Fit): Promise<ImportanceHistory> {
  const { model, trainer, options } = fit;
  const { epochs, initialEpoch, verbose, stepsPerEpoch = trainer.updatesPerEpoch } = options;
  const callbacks = createCallbackList(options.callbacks, model, paramsOf(fit, stepsPerEpoch));
  const runEpoch = createEpoch(fit, callbacks, stepsPerEpoch);
  const record: ImportanceHistory = { epoch: [], history: {} };
  await callbacks.trainBegin();
  model.stopTraining = false;
  const going = (epoch: number): boolean => epoch < epochs && !model.stopTraining;
  for (let epoch = initialEpoch; going(epoch); epoch++) {
    await callbacks.epochBegin(epoch);
    const means = await runEpoch(epoch);
    const logs = { ...means, ...(await validate(fit, means)) };
    if (verbose === 1) console.log(describe(epoch, epochs, logs));
    await callbacks.epochEnd(epoch, logs);
    add(record, epoch, logs);
  }
  await callbacks.trainEnd();
  return record;
}
