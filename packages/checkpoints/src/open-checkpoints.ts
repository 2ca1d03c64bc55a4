import {
  isUnequalError,
  UnequalError,
  type Interval,
  type Plain,
  type Trainer,
} from "@unequal/core";
import {
  openCheckpointFolder,
  type BrokenCheckpoint,
  type CheckpointFolder,
} from "./checkpoint-folder.js";
import { lockFolder, type FolderLock } from "./files/lock-folder.js";
import { makeFolder } from "./files/make-folder.js";
import { restoreRun, type Companions, type Run } from "./saved-run.js";
import { createTimer, createWriter, outputFailed, warn } from "./write-run.js";

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
  /**
   * Saves if it is time, while training goes on; to be called after each update, and awaited. What fails is a warning.
   * @throws FOLDER_TAKEN where the folder holds a run that was not resumed
   */
  readonly afterStep: () => Promise<void>;
  /** Saves now, and waits until it is on the disk. @throws OUTPUT_FAILED, FOLDER_TAKEN */
  readonly save: () => Promise<void>;
  /** Saves now, and waits; what fails is a warning. @throws FOLDER_TAKEN */
  readonly saveOrWarn: () => Promise<void>;
  /** Waits for what is being written, and lets the folder go. */
  readonly close: () => Promise<void>;
}

/** Lets timers and files be served: steps that never wait would keep them out. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function resumeRun(
  run: Run,
  folder: CheckpointFolder,
  allowChanges: boolean,
): Promise<Resumed | undefined> {
  const { found, broken } = await folder.readNewest();
  if (found === undefined) return undefined;
  await restoreRun(run, found.state, allowChanges);
  return { step: found.step, file: found.file, broken };
}

function folderTaken(dir: string): UnequalError {
  return new UnequalError(
    "FOLDER_TAKEN",
    `The folder ${dir} holds the checkpoints of a run. Call resume() to go on with it, or name another folder.`,
  );
}

function open(dir: string, keep: number): { folder: CheckpointFolder; lock: FolderLock } {
  try {
    makeFolder(dir);
    const lock = lockFolder(dir);
    try {
      return { lock, folder: openCheckpointFolder(dir, keep) };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw isUnequalError(error) ? error : outputFailed(dir, error);
  }
}

/**
 * Opens a folder for the checkpoints of a trainer's run, and takes it for this process.
 *
 * @example
 * const checkpoints = openCheckpoints(trainer, { dir: "runs/a", every: "5m" });
 * try {
 *   await checkpoints.resume();
 *   await trainer.run({ epochs: 10, afterStep: checkpoints.afterStep });
 *   await checkpoints.save();
 * } finally {
 *   await checkpoints.close();
 * }
 * @throws FOLDER_LOCKED, OUTPUT_FAILED, OPTION_INVALID
 */
export function openCheckpoints(
  trainer: Trainer,
  { dir, every = "5m", keep = 2, companions = {}, settings = {} }: CheckpointOptions,
): Checkpoints {
  const timer = createTimer(trainer, every);
  const run: Run = { trainer, companions, settings: { ...trainer.settings, ...settings } };
  const { folder, lock } = open(dir, keep);
  const writer = createWriter({ run, folder, dir, timer });
  let taken = !folder.isEmpty();
  const own = async (act: () => Promise<void>): Promise<void> => {
    if (taken) throw folderTaken(dir);
    await act();
  };
  return {
    isEmpty: folder.isEmpty,
    resume: async ({ allowChanges = false } = {}) => {
      const resumed = await resumeRun(run, folder, allowChanges);
      taken = false;
      timer.restart();
      return resumed;
    },
    afterStep: () =>
      own(async () => {
        if (writer.isBusy()) await nextTurn();
        else if (timer.isDue()) await writer.start();
      }),
    save: () => own(writer.finish),
    saveOrWarn: () => own(() => writer.finish().catch((error: unknown) => warn(run, error))),
    close: async () => {
      await writer.wait();
      writer.stopListening();
      lock.release();
    },
  };
}
