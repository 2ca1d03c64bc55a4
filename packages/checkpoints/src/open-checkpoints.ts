import {
  intervalOf,
  isUnequalError,
  reasonOf,
  UnequalError,
  type Interval,
  type IntervalMoment,
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
import { restoreRun, stateOf, type Companions, type Run } from "./saved-run.js";

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
  /** Waits for what is being written, and lets the folder go. */
  readonly close: () => Promise<void>;
}

function noneWhole(dir: string, broken: readonly BrokenCheckpoint[]): UnequalError {
  return new UnequalError(
    "CHECKPOINT_INVALID",
    `No checkpoint in ${dir} is whole: ${broken.map(({ reason }) => reason).join(" ")}`,
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
  /** The latest look at the validation data, and the step at which it was. */
  let look: { readonly step: number; readonly loss: number } | undefined;
  let writing: Promise<void> | undefined;
  const { trainer } = run;
  const stopListening = trainer.events.on("evaluation:end", ({ split, step, loss }) => {
    if (split === "validation") look = { step, loss };
  });
  const copy = async () => {
    const step = trainer.progress.update;
    const validation = look?.step === step ? look.loss : undefined;
    return { step, validation, state: await stateOf(run) };
  };
  const write = async (checkpoint: Awaited<ReturnType<typeof copy>>): Promise<void> => {
    const written = await folder.write(checkpoint);
    trainer.events.emit("checkpoint:saved", () => written);
  };
  return {
    stopListening,
    isBusy: () => writing !== undefined,
    wait: () => writing ?? Promise.resolve(),
    /** Takes the state now, and writes it by and by. */
    start: async (failed: (error: unknown) => unknown): Promise<void> => {
      try {
        const checkpoint = await copy();
        writing = write(checkpoint)
          .catch((error: unknown) => void failed(error))
          .finally(() => {
            writing = undefined;
          });
      } catch (error) {
        failed(error);
      }
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

async function resumeRun(
  run: Run,
  folder: CheckpointFolder,
  { dir, allowChanges }: { readonly dir: string; readonly allowChanges: boolean },
): Promise<Resumed | undefined> {
  const { found, broken } = await folder.readNewest();
  if (found === undefined && broken.length > 0) throw noneWhole(dir, broken);
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
  const isDue = intervalOf(every);
  const run: Run = { trainer, companions, settings: { ...trainer.settings, ...settings } };
  const { folder, lock } = open(dir, keep);
  const writer = createWriter(run, folder);
  let last = momentOf(trainer);
  let taken = !folder.isEmpty();
  const start = async (failed: (error: unknown) => unknown): Promise<void> => {
    if (taken) throw folderTaken(dir);
    last = momentOf(trainer);
    await writer.start(failed);
  };
  return {
    isEmpty: folder.isEmpty,
    resume: async ({ allowChanges = false } = {}) => {
      const resumed = await resumeRun(run, folder, { dir, allowChanges });
      [taken, last] = [false, momentOf(trainer)];
      return resumed;
    },
    afterStep: async () => {
      if (writer.isBusy()) await nextTurn();
      else if (isDue(momentOf(trainer), last)) await start((error) => warn(run, error));
    },
    save: async () => {
      await writer.wait();
      const failures: unknown[] = [];
      await start((error) => failures.push(error));
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
