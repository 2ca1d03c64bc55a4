import type { Progress } from "../contracts/progress.js";
import { UnequalError } from "../errors.js";
import type { StepReport } from "./step/step-report.js";

/** Counts what a trainer has done. */
export interface Cursor {
  update: number;
  seen: number;
  trained: number;
  seconds: number;
  importanceSteps: number;
  importance: boolean;
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

/**
 * Computes the share of a budget that is used up, 0 to 1: of the limit that is nearest, where there are several;
 * undefined where there is none. Updates and epochs count updates, whether by importance sampling or not; seconds
 * count training time.
 */
export function shareDone(
  { epochs = Infinity, updates = Infinity, seconds = Infinity }: Budget,
  progress: Pick<Progress, "update" | "seconds">,
  updatesPerEpoch: number,
): number | undefined {
  const limit = Math.min(epochs * updatesPerEpoch, updates);
  if (limit === Infinity && seconds === Infinity) return undefined;
  return Math.min(1, Math.max(progress.update / limit, progress.seconds / seconds));
}

/**
 * Computes how many seconds a budget has left, at so many a step: until the limit that is nearest; infinite where there is none,
 * undefined where it is not known what a step takes.
 */
export function secondsLeft(
  { epochs = Infinity, updates = Infinity, seconds = Infinity }: Budget,
  progress: Pick<Progress, "update" | "seconds" | "updatesPerEpoch">,
  step: number | undefined,
): number | undefined {
  if (step === undefined) return undefined;
  const limit = Math.min(epochs * progress.updatesPerEpoch, updates);
  return Math.max(0, Math.min((limit - progress.update) * step, seconds - progress.seconds));
}
