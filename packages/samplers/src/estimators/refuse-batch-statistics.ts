import { UnequalError, type Learner } from "@unequal/core";

/**
 * Makes the check of an estimator whose terms are gradients of single examples: with batch statistics an example's
 * gradient depends on the other rows, and the terms do not cancel.
 *
 * @throws ESTIMATOR_UNSUPPORTED, the check, for models with BatchNormalization
 */
export function refuseBatchStatistics(owner: string): (learner: Learner) => void {
  return ({ facts }) => {
    if (!facts.batchStatistics) return;
    throw new UnequalError(
      "ESTIMATOR_UNSUPPORTED",
      `The estimator "${owner}" needs gradients that do not depend on the other rows of a batch, but this model has BatchNormalization. Use the estimator "plain", or a model without it.`,
    );
  };
}
