import {
  intervalOf,
  isUnequalError,
  reasonOf,
  restored,
  UnequalError,
  type Interval,
  type IntervalMoment,
  type Plain,
  type State,
  type Stateful,
  type StatefulOnEngine,
  type Trainer,
} from "@unequal/core";
import { differences } from "./differences.js";
import {
  openCheckpointFolder,
  type BrokenCheckpoint,
  type CheckpointFolder,
} from "./files/checkpoint-folder.js";
import { lockFolder, type FolderLock } from "./files/lock-folder.js";
import { makeFolder } from "./files/make-folder.js";

/** What is saved with a trainer, by name. */
export type Companions = Readonly<Record<string, Stateful | StatefulOnEngine>>;

/** Says what is saved, where and how often. */
export interface CheckpointOptions {
  /** The folder, which is one run's alone. */
  readonly dir: string;
  /** Default `"5m"`: every five minutes. */
  readonly every?: Interval;
  /** How many are kept, besides the best by validation loss; default 2. */
  readonly keep?: number;
  /** What has a state of its own, by name: a program's counters, a dataset's position. */
  readonly companions?: Companions;
  /** What makes the run another run, besides the trainer's settings. */
  readonly settings?: Readonly<Record<string, Plain>>;
}

/** Where a run was taken up. */
export interface Resumed {
  readonly step: number;
  readonly file: string;
  /** Newer checkpoints that are not whole. */
  readonly broken: readonly BrokenCheckpoint[];
}

/** The checkpoints of a run. */
export interface Checkpoints {
  /** Whether there is nothing to resume. */
  readonly isEmpty: () => boolean;
  /**
   * Takes the run up where the newest whole checkpoint left it; undefined where there is none at all. `allowChanges`: although
   * settings are others.
   * @throws CHECKPOINT_INVALID if none is whole; RUN_CHANGED; STATE_INCOMPATIBLE
   */
  readonly resume: (options?: { readonly allowChanges?: boolean }) => Promise<Resumed | undefined>;
  /** Saves if it is time, while training goes on; to be called after each update, and awaited. What fails is a warning. */
  readonly afterStep: () => Promise<void>;
  /** Saves now, and waits until it is on the disk. @throws OUTPUT_FAILED */
  readonly save: () => Promise<void>;
  /** Waits for what is being written, and lets the folder go. */
  readonly close: () => Promise<void>;
}

interface Saved {
  readonly settings: Readonly<Record<string, Plain>>;
  readonly trainer: State;
  readonly companions: Readonly<Record<string, State>>;
}

/** The run of one trainer, with what goes with it. */
interface Run {
  readonly trainer: Trainer;
  readonly companions: Companions;
  readonly settings: Readonly<Record<string, Plain>>;
}

async function stateOf({ trainer, companions, settings }: Run): Promise<State> {
  const states: Record<string, State> = {};
  for (const [name, companion] of Object.entries(companions))
    states[name] = await companion.state();
  return { version: 1, settings, trainer: await trainer.state(), companions: states };
}

/** @throws RUN_CHANGED where settings are others than those that were saved */
function checkSettings(saved: Saved["settings"], { settings }: Run): void {
  const changed = differences(saved, settings);
  if (changed.length === 0) return;
  throw new UnequalError(
    "RUN_CHANGED",
    `A run must go on as it began, but ${changed.join("; ")}. Leave the changes out, or allow them.`,
  );
}

async function restoreRun(run: Run, state: State, allowChanges: boolean): Promise<void> {
  const { settings, trainer, companions } = restored<Saved>(state, 1, "the run");
  if (!allowChanges) checkSettings(settings, run);
  await run.trainer.restore(trainer);
  for (const [name, companion] of Object.entries(run.companions)) {
    const saved = companions[name];
    if (saved === undefined)
      throw new UnequalError(
        "STATE_INCOMPATIBLE",
        `The checkpoint must have a state for "${name}", but has none. Leave it out, or train again.`,
      );
    await companion.restore(saved);
  }
}

function noneWhole(dir: string, broken: readonly BrokenCheckpoint[]): UnequalError {
  return new UnequalError(
    "CHECKPOINT_INVALID",
    `${dir} must hold a checkpoint that is whole, but ${broken.map(({ reason }) => reason).join(" ")}`,
  );
}

/** Lets timers and files be served: steps that never wait would keep them out. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function warn({ trainer }: Run, error: unknown): void {
  trainer.events.emit("warning", () => ({
    code: "CHECKPOINT_FAILED",
    message: `The run goes on, but could not be saved: ${reasonOf(error)}`,
  }));
}

/** Writes one checkpoint at a time. */
function createWriter(run: Run, folder: CheckpointFolder) {
  let validation: number | undefined;
  let writing: Promise<void> | undefined;
  const { trainer } = run;
  const stopListening = trainer.events.on("evaluation:end", ({ split, loss }) => {
    if (split === "validation") validation = loss;
  });
  const begin = async (): Promise<() => Promise<void>> => {
    const step = trainer.progress.update;
    const checkpoint = { step, validation, state: await stateOf(run) };
    validation = undefined;
    return async () => {
      const written = await folder.write(checkpoint);
      trainer.events.emit("checkpoint:saved", () => written);
    };
  };
  return {
    stopListening,
    isBusy: () => writing !== undefined,
    wait: () => writing ?? Promise.resolve(),
    /** Takes the state now, and writes it by and by. */
    start: async (failed: (error: unknown) => unknown): Promise<void> => {
      const write = await begin();
      writing = write()
        .catch((error: unknown) => void failed(error))
        .finally(() => {
          writing = undefined;
        });
    },
  };
}

function momentOf({ progress, updatesPerEpoch }: Trainer): IntervalMoment {
  return { update: progress.update, updatesPerEpoch, seconds: performance.now() / 1000 };
}

function outputFailed(dir: string, cause: unknown): UnequalError {
  return new UnequalError(
    "OUTPUT_FAILED",
    `Checkpoints cannot be written to ${dir}: ${reasonOf(cause)}. Choose a folder that is writable and has room.`,
    { cause },
  );
}

function open(dir: string, keep: number): { folder: CheckpointFolder; lock: FolderLock } {
  try {
    makeFolder(dir);
    const lock = lockFolder(dir);
    return { lock, folder: openCheckpointFolder(dir, keep) };
  } catch (error) {
    throw isUnequalError(error) ? error : outputFailed(dir, error);
  }
}

/**
 * Opens a folder for the checkpoints of a trainer's run, and takes it for this process.
 *
 * @example
 * const checkpoints = openCheckpoints(trainer, { dir: "runs/a", every: "5m" });
 * await checkpoints.resume();
 * await trainer.run({ epochs: 10, afterStep: checkpoints.afterStep });
 * await checkpoints.save();
 * await checkpoints.close();
 * @throws FOLDER_LOCKED, OUTPUT_FAILED, OPTION_INVALID
 */
export function openCheckpoints(
  trainer: Trainer,
  { dir, every = "5m", keep = 2, companions = {}, settings = {} }: CheckpointOptions,
): Checkpoints {
  const isDue = intervalOf(every);
  const run: Run = { trainer, companions, settings: { ...trainer.settings, ...settings } };
  const { folder, lock } = open(dir, keep);
  const writer = createWriter(run, folder);
  let last = momentOf(trainer);
  return {
    isEmpty: folder.isEmpty,
    resume: async ({ allowChanges = false } = {}) => {
      const { found, broken } = await folder.readNewest();
      if (found === undefined && broken.length > 0) throw noneWhole(dir, broken);
      if (found === undefined) return undefined;
      await restoreRun(run, found.state, allowChanges);
      last = momentOf(trainer);
      return { step: found.step, file: found.file, broken };
    },
    afterStep: async () => {
      if (writer.isBusy()) await nextTurn();
      else if (isDue(momentOf(trainer), last)) {
        last = momentOf(trainer);
        await writer.start((error) => warn(run, error));
      }
    },
    save: async () => {
      await writer.wait();
      last = momentOf(trainer);
      const failures: unknown[] = [];
      await writer.start((error) => failures.push(error));
      await writer.wait();
      if (failures.length > 0) throw outputFailed(dir, failures[0]);
    },
    close: async () => {
      await writer.wait();
      writer.stopListening();
      lock.release();
    },
  };
}
