import type * as tf from "@tensorflow/tfjs";
import { functional } from "@unequal/backends";
import type { Checkpoints } from "@unequal/checkpoints";
import { createCallbackList, type Logs } from "./callback-list.js";
import { createPause } from "./create-pause.js";
import { createEpochColumns } from "./epoch-columns.js";
import type { Fit, FitCourse, ImportanceHistory } from "./fit-course.js";
import type { Checked } from "./fit-options.js";
import { createMetricLogs } from "./metric-logs.js";

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

/** Makes the updates of an epoch that are left; returns the means of what all of its updates reported. */
async function runEpoch(
  fit: Fit,
  { callbacks, columns, metrics, at }: FitCourse,
  { steps, pause, saving }: EpochRun,
): Promise<Logs> {
  const { model, trainer, options } = fit;
  const size = options.batchSize;
  const { epoch } = at;
  let logs: Logs = {};
  while (at.batch < steps && !isAborted(options)) {
    const { batch } = at;
    await callbacks.batchBegin(batch, { batch, size });
    const report = await trainer.step();
    columns.add(report);
    logs = { batch, size, loss: report.loss, ...metrics.add(report) };
    await callbacks.batchEnd(batch, logs);
    if (await pause("batch")) await callbacks.yielded(epoch, batch, logs);
    at.batch += 1;
    if (model.stopTraining) break;
    // after the last update comes what the epoch ends with
    if (at.batch < steps) await saving?.afterStep();
  }
  if (isCutOff(fit)) return {};
  if (await pause("epoch")) await callbacks.yielded(epoch, logs.batch ?? 0, logs);
  return columns.take();
}

/** How an epoch is run. */
interface EpochRun {
  readonly steps: number;
  readonly pause: ReturnType<typeof createPause>;
  readonly saving: Checkpoints | undefined;
}

/** Callbacks set it behind the compiler's back. */
function stopped(model: tf.LayersModel): boolean {
  return model.stopTraining;
}

function add(record: ImportanceHistory, epoch: number, logs: Logs): void {
  record.epoch.push(epoch);
  for (const [name, value] of Object.entries(logs)) (record.history[name] ??= []).push(value);
}

function isAborted({ signal }: Checked): boolean {
  return signal?.aborted ?? false;
}

/** Tells whether the signal ended the fit, and no callback did: it may go on. */
function isCutOff({ model, options }: Fit): boolean {
  return isAborted(options) && !stopped(model);
}

/** Tells whether no epoch is left, or a callback ended the fit. */
function isOver({ options }: Fit, { at }: FitCourse): boolean {
  return at.epoch >= options.epochs || at.ended;
}

/** Runs the epochs that are left, until a callback or the signal ends the fit. */
async function runAll(fit: Fit, course: FitCourse, run: EpochRun): Promise<void> {
  const { model, options } = fit;
  const { epochs, verbose } = options;
  const { callbacks, metrics, record, at } = course;
  while (!isOver(fit, course)) {
    const { epoch } = at;
    if (at.batch === 0) await callbacks.epochBegin(epoch);
    const means = await runEpoch(fit, course, run);
    // it goes on with the rest of the epoch
    if (isCutOff(fit)) return;
    const logs = { ...means, ...(await validate(fit, means)) };
    const line = describe(epoch, epochs, metrics.line(logs));
    if (verbose > 0) console.log(line);
    await callbacks.epochEnd(epoch, logs);
    add(record, epoch, logs);
    Object.assign(at, { epoch: epoch + 1, batch: 0, ended: stopped(model) });
    // the end is saved by itself
    if (!isOver(fit, course)) await run.saving?.afterStep();
  }
}

/** Trains epoch by epoch, with callbacks, validation off the clock, and an end where `model.stopTraining` is set. */
export async function runEpochs(fit: Fit): Promise<ImportanceHistory> {
  const { model, trainer, options } = fit;
  const { epochs, initialEpoch, stepsPerEpoch: steps = trainer.updatesPerEpoch } = options;
  const params = paramsOf(fit, steps);
  const callbacks = createCallbackList(options.callbacks, model, params);
  const record: ImportanceHistory = { epoch: [], history: {}, params };
  const at = { epoch: initialEpoch, batch: 0, ended: false };
  const columns = createEpochColumns(trainer);
  const course: FitCourse = { callbacks, columns, metrics: createMetricLogs(), record, at };
  const remaining = Math.max(0, epochs - initialEpoch) * steps;
  trainer.begin({ updates: trainer.progress.update + remaining });
  await callbacks.trainBegin();
  model.stopTraining = false;
  const saving =
    options.checkpoint && (await (await import("./save-fit.js")).openFit(fit, course, steps));
  try {
    const pause = createPause(options.yieldEvery);
    await runAll(fit, course, { steps, pause, saving });
    await saving?.saveOrWarn();
  } finally {
    await saving?.close();
  }
  if (fit.validation !== undefined) {
    const { noteOverfit } = await import("./note-overfit.js");
    noteOverfit(trainer, record);
  }
  await callbacks.trainEnd();
  trainer.end();
  return record;
}
