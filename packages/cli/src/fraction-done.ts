import type { Budget, Progress } from "@unequal/core";

/**
 * Computes the share of the limit that is used up, 0 to 1: of the limit that is nearest, where there are several.
 * Updates and epochs count updates, whether by importance sampling or not; seconds count training time.
 */
export function fractionDone(
  { epochs = Infinity, updates = Infinity, seconds = Infinity }: Budget,
  progress: Pick<Progress, "update" | "seconds">,
  updatesPerEpoch: number,
): number {
  const shares = [
    progress.update / (epochs * updatesPerEpoch),
    progress.update / updates,
    progress.seconds / seconds,
  ];
  return Math.min(1, Math.max(...shares));
}
