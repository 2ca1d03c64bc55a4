import {
  intervalOf,
  reasonOf,
  UnequalError,
  type Interval,
  type IntervalMoment,
  type Trainer,
} from "@unequal/core";
import type { CheckpointFolder } from "./checkpoint-folder.js";
import { stateOf, type Run } from "./saved-run.js";

/** Tells what failed, as a warning. */
export function warn({ trainer }: Run, error: unknown): void {
  trainer.events.emit("warning", () => ({
    code: "CHECKPOINT_FAILED",
    message: `The run could not be saved: ${reasonOf(error)}`,
  }));
}

/** Tells whether it is time to save, since the run was saved, taken up or begun. */
interface Timer {
  readonly isDue: () => boolean;
  readonly restart: () => void;
}

/** Begins to look at the time. @throws OPTION_INVALID */
export function createTimer(trainer: Trainer, every: Interval): Timer {
  const isDue = intervalOf(every);
  const now = (): IntervalMoment => {
    const { progress, updatesPerEpoch } = trainer;
    return { update: progress.update, updatesPerEpoch, seconds: performance.now() / 1000 };
  };
  let last = now();
  return {
    isDue: () => isDue(now(), last),
    restart: () => {
      last = now();
    },
  };
}

/** Says that nothing can be written. */
export function outputFailed(dir: string, cause: unknown): UnequalError {
  return new UnequalError(
    "OUTPUT_FAILED",
    `Checkpoints cannot be written to ${dir}: ${reasonOf(cause)}. Choose a folder that is writable and has room.`,
    { cause },
  );
}

/** Makes what copies a run, with the loss that its validation data had at that step. */
function createCopier(run: Run, timer: Timer) {
  const { trainer } = run;
  let look: { readonly step: number; readonly loss: number } | undefined;
  const stopListening = trainer.events.on("evaluation:end", ({ split, step, loss }) => {
    if (split === "validation") look = { step, loss };
  });
  return {
    stopListening,
    copy: async () => {
      timer.restart();
      const step = trainer.progress.update;
      const validation = look?.step === step ? look.loss : undefined;
      return { step, validation, state: await stateOf(run) };
    },
  };
}

/** What a writer is made with. */
interface WriterParts {
  readonly run: Run;
  readonly folder: CheckpointFolder;
  readonly dir: string;
  readonly timer: Timer;
}

/** Writes one checkpoint at a time. */
export function createWriter({ run, folder, dir, timer }: WriterParts) {
  const { trainer } = run;
  const { copy, stopListening } = createCopier(run, timer);
  let writing: Promise<void> | undefined;
  const write = async (checkpoint: Awaited<ReturnType<typeof copy>>): Promise<void> => {
    const written = await folder.write(checkpoint);
    trainer.events.emit("checkpoint:saved", () => written);
  };
  const wait = (): Promise<void> => writing ?? Promise.resolve();
  const failed = (cause: unknown): void => warn(run, outputFailed(dir, cause));
  return {
    stopListening,
    isBusy: () => writing !== undefined,
    wait,
    /** Takes the state now, and writes it by and by; what fails is a warning. */
    start: async (): Promise<void> => {
      try {
        writing = write(await copy())
          .catch(failed)
          .finally(() => {
            writing = undefined;
          });
      } catch (error) {
        failed(error);
      }
    },
    /** Takes the state now, and waits until it is written. @throws OUTPUT_FAILED */
    finish: async (): Promise<void> => {
      await wait();
      try {
        await write(await copy());
      } catch (error) {
        throw outputFailed(dir, error);
      }
    },
  };
}
