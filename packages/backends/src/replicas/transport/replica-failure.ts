import { UnequalError } from "@unequal/core";

/** Says that a replica does not answer, what happened, and what to do. */
export function replicaFailure(what: string, cause?: unknown): UnequalError {
  return new UnequalError(
    "SCORING_FAILED",
    `A replica of the model must answer, but ${what}`,
    ...(cause === undefined ? [] : [{ cause }]),
  );
}
