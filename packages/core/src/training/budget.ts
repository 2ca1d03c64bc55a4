import type { Progress } from "../contracts/progress.js";
import { UnequalError } from "../errors.js";
import type { StepDurations } from "../events.js";

/** Reports one update. */
export interface StepReport {
  /** After the update. */
  readonly progress: Progress;
  readonly importance: boolean;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Age of the scores that its rows were drawn by, on importance steps with a scorer. */
  readonly age?: number;
  readonly durations: StepDurations;
}

/** Ends a run at the first of the limits given, each counted from the start of training. */
export interface Budget {
  readonly epochs?: number;
  readonly updates?: number;
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  /** Is awaited after every update, off the clock: to let other work run, or to set a learning rate. */
  readonly afterStep?: (report: StepReport) => void | Promise<void>;
}

/** @throws OPTION_INVALID if a budget has no limit */
export function checkBudget({ epochs, updates, seconds, signal }: Budget): void {
  if ([epochs, updates, seconds, signal].some((limit) => limit !== undefined)) return;
  throw new UnequalError(
    "OPTION_INVALID",
    "run() needs a limit: epochs, updates, seconds or a signal.",
  );
}

/** Tells whether a limit is reached. */
export function isSpent(
  { epochs = Infinity, updates = Infinity, seconds = Infinity, signal }: Budget,
  progress: Progress,
): boolean {
  const limit = Math.min(epochs * progress.updatesPerEpoch, updates);
  return progress.update >= limit || progress.seconds >= seconds || signal?.aborted === true;
}
