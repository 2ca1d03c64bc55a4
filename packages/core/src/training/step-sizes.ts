import type { Progress } from "../contracts/progress.js";
import type { Sizes } from "../contracts/scheduler.js";
import { UnequalError } from "../errors.js";
import type { TrainerParts } from "./trainer-parts.js";

type Sized = Pick<TrainerParts, "sizer" | "scorer" | "dataset">;

/**
 * Asks the sizer for the sizes of the coming step, were it one of importance sampling. Without a scorer there is
 * nothing to choose by, and no more candidates are loaded than are trained on.
 *
 * @throws SIZES_INVALID unless they are whole numbers with 1 ≤ b ≤ B ≤ N
 */
export function plannedSizes({ sizer, scorer, dataset }: Sized, progress: Progress): Sizes {
  const { candidates: asked, count } = sizer.size(progress);
  const candidates = scorer === undefined ? count : asked;
  const whole = Number.isInteger(candidates) && Number.isInteger(count);
  if (whole && count >= 1 && count <= candidates && candidates <= dataset.size)
    return { candidates, count };
  throw new UnequalError(
    "SIZES_INVALID",
    `A sizer must give whole numbers 1 ≤ b ≤ B ≤ N, but at update ${progress.update} gave b = ${count} and B = ${candidates} for N = ${dataset.size}. Correct its options, or the sizer.`,
  );
}

/**
 * Returns the sizes of the coming step, or were it one of importance sampling: where its candidates were planned before,
 * those of then. One whose rows were drawn before loads no others.
 */
export function stepSizes(parts: TrainerParts, progress: Progress, importance: boolean): Sizes {
  const { reuse, upcoming } = parts;
  const planned = importance ? upcoming.sizes() : undefined;
  const sizes = planned ?? plannedSizes(parts, progress);
  const kept = importance && reuse.left() > 0;
  return kept ? { candidates: sizes.count, count: sizes.count } : sizes;
}
