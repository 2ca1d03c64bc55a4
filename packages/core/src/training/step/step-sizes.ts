import type { Progress } from "../../contracts/progress.js";
import type { Sizes } from "../../contracts/scheduler.js";
import { plannedSizes, type SizedParts } from "../candidates/planned-sizes.js";
import type { Upcoming } from "../candidates/upcoming.js";
import type { Reuse } from "../draws/reuse.js";

/**
 * Returns the sizes of the coming step, or were it one of importance sampling: where its candidates were planned before,
 * those of then. One whose rows were drawn before loads no others.
 */
export function stepSizes(
  parts: SizedParts & {
    readonly reuse: Pick<Reuse, "left">;
    readonly upcoming: Pick<Upcoming, "sizes">;
  },
  progress: Progress,
  importance: boolean,
): Sizes {
  const { reuse, upcoming } = parts;
  const planned = importance ? upcoming.sizes() : undefined;
  const sizes = planned ?? plannedSizes(parts, progress);
  const kept = importance && reuse.left() > 0;
  return kept ? { candidates: sizes.count, count: sizes.count } : sizes;
}
