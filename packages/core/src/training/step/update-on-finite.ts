import type { Learner, StepResult } from "../../contracts/learner.js";
import { guardedLearner, RowsNotFinite } from "./guarded-learner.js";
import { leaveOut } from "./leave-out.js";
import type { LoadedBatch, UpdatedBatch } from "./step-batch.js";

/** Updates on a batch, by a learner that may look at what the pass finds. */
export type UpdateBy = (trained: LoadedBatch, learner: Learner) => Promise<StepResult>;

/** Updates on the rows of a batch that have a finite loss: leaves the others out, and begins again. */
export async function updateOnFinite(
  update: UpdateBy,
  trained: LoadedBatch,
  learner: Learner,
): Promise<UpdatedBatch> {
  try {
    const guarded = guardedLearner(learner, trained.loaded.batch);
    return { ...trained, result: await update(trained, guarded) };
  } catch (error) {
    if (!(error instanceof RowsNotFinite)) throw error;
    return updateOnFinite(update, leaveOut(trained, error.kept), learner);
  }
}
