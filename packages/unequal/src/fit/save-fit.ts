import { openCheckpoints, type Checkpoints } from "@unequal/checkpoints";
import type * as tf from "@tensorflow/tfjs";
import { remembers, savedData, UnequalError, type Plain, type Stateful } from "@unequal/core";
import type { FitCallback } from "./callback-list.js";
import type { Checked } from "./fit-options.js";
import type { Fit, FitCourse } from "./fit-course.js";

/** What this file relies on of tf.EarlyStopping beyond its public types: the one callback of TensorFlow.js that remembers. */
interface EarlyStopping {
  wait: number;
  best: number;
  stoppedEpoch: number;
}

function isEarlyStopping(callback: object): callback is EarlyStopping {
  return ["wait", "best", "stoppedEpoch", "patience", "monitorFunc"].every(
    (name) => name in callback,
  );
}

/** Returns the state of a callback that has one. */
function stateOf(callback: FitCallback): Stateful | undefined {
  if (remembers(callback)) return callback;
  if (!isEarlyStopping(callback)) return undefined;
  return savedData(
    "early stopping",
    () => ({ wait: callback.wait, best: callback.best, stoppedEpoch: callback.stoppedEpoch }),
    (saved) => Object.assign(callback, saved),
  );
}

function statesOf({ callbacks }: Checked): Record<string, Stateful> {
  const list = [callbacks ?? []].flat() as readonly FitCallback[];
  return Object.fromEntries(
    list.flatMap((callback, at) => {
      const state = stateOf(callback);
      return state === undefined ? [] : [[`callback/${at}`, state] as const];
    }),
  );
}

/** Where a fit is, and its history so far. */
function positionOf({ at, record }: FitCourse): Stateful {
  const { epoch, history } = record;
  return savedData(
    "the fit",
    () => ({ at, epoch, history }),
    (saved) => {
      Object.assign(at, saved.at);
      epoch.push(...saved.epoch);
      Object.assign(history, saved.history);
    },
  );
}

/** Members of a layer's configuration that make it no other layer: names, and how weights begin. */
const UNTOLD = /(^name|^inboundNodes|Layers|[iI]nitializer)$/;

/** Tells what a model is, but for names and weights. */
function describeModel({ layers, loss, optimizer }: tf.LayersModel): Record<string, Plain> {
  const told = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, each: unknown) => (UNTOLD.test(key) ? undefined : each)),
    );
  const lossName = (each: unknown): Plain =>
    typeof each === "function" ? each.name : (told(each) as Plain);
  return {
    layers: layers.map((layer) => [layer.getClassName(), told(layer.getConfig())]) as Plain,
    compiledLoss: Array.isArray(loss) ? loss.map(lossName) : lossName(loss),
    optimizer: optimizer.getClassName(),
  };
}

/**
 * Opens the checkpoints of a fit, and takes it up where it is to go on.
 * @throws FOLDER_TAKEN, FOLDER_LOCKED, OUTPUT_FAILED, CHECKPOINT_INVALID, RUN_CHANGED
 */
export async function openFit(fit: Fit, course: FitCourse, steps: number): Promise<Checkpoints> {
  const { trainer, options, count, model, training } = fit;
  const { seed = 0, loss = null, mask = false } = training;
  const { checkpoint, resume, epochs, initialEpoch, classWeight = null } = options;
  const made = { epochs, initialEpoch, stepsPerEpoch: steps, classWeight: classWeight as Plain };
  const asked = { seed, loss: loss as Plain, mask };
  const { dir, every, keep } = checkpoint as NonNullable<Checked["checkpoint"]>;
  const { columns, metrics } = course;
  const checkpoints = openCheckpoints(trainer, {
    dir,
    ...(every !== undefined && { every }),
    ...(keep !== undefined && { keep }),
    companions: { ...statesOf(options), fit: positionOf(course), columns, metrics, count },
    settings: { ...asked, ...describeModel(model), ...made },
  });
  try {
    if (resume) await takeUp(fit, checkpoints);
    else if (!checkpoints.isEmpty())
      throw new UnequalError(
        "FOLDER_TAKEN",
        `The folder ${dir} holds a fit. Go on with it by resume: true, remove it, or give checkpoint.dir another.`,
      );
    return checkpoints;
  } catch (error) {
    await checkpoints.close();
    throw error;
  }
}

async function takeUp({ trainer, options }: Fit, checkpoints: Checkpoints): Promise<void> {
  const { allowChanges } = options;
  const resumed = await checkpoints.resume({ allowChanges });
  for (const { message } of resumed?.broken ?? [])
    trainer.events.emit("warning", () => ({ code: "CHECKPOINT_INVALID", message }));
}
