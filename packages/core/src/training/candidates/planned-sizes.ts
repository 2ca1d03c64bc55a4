import type { Dataset } from "../../contracts/dataset.js";
import type { Progress } from "../../contracts/progress.js";
import type { Scheduler, Sizes } from "../../contracts/scheduler.js";
import type { Scorer } from "../../contracts/scorer.js";
import { UnequalError } from "../../errors.js";

/** What sizes are asked of. */
export interface SizedParts {
  readonly scheduler: Pick<Scheduler, "decide">;
  readonly scorer: Scorer | undefined;
  readonly dataset: Pick<Dataset, "size">;
}

/**
 * Asks the scheduler for the sizes of the coming step, were it one of importance sampling. Without a scorer there is
 * nothing to choose by, and no more candidates are loaded than are trained on.
 *
 * @throws SIZES_INVALID unless they are whole numbers with 1 ≤ b ≤ B ≤ N
 */
export function plannedSizes(
  { scheduler, scorer, dataset }: SizedParts,
  progress: Progress,
): Sizes {
  const { candidates: asked, count } = scheduler.decide(progress);
  const candidates = scorer === undefined ? count : asked;
  const whole = Number.isInteger(candidates) && Number.isInteger(count);
  if (whole && count >= 1 && count <= candidates && candidates <= dataset.size)
    return { candidates, count };
  throw new UnequalError(
    "SIZES_INVALID",
    `A sizer must give whole numbers 1 ≤ b ≤ B ≤ N, but at update ${progress.update} gave b = ${count} and B = ${candidates} for N = ${dataset.size}. Correct its options, or the sizer or scheduler.`,
  );
}
