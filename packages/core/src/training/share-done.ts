import type { Progress } from "../contracts/progress.js";
import type { Budget } from "./budget.js";

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
