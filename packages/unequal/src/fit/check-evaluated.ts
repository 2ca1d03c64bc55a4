import { UnequalError, type Dataset, type Learner } from "@unequal/core";

/**
 * Checks, before the first step, that a model that keeps states can be evaluated on a dataset: in whole batches.
 * @throws STATEFUL_MODEL
 */
export function checkEvaluated(
  { facts }: Pick<Learner, "facts">,
  dataset: Dataset | undefined,
  split: string,
): void {
  const { stateful } = facts;
  if (stateful === undefined || dataset === undefined || dataset.size % stateful === 0) return;
  throw new UnequalError(
    "STATEFUL_MODEL",
    `The model keeps states for batches of ${stateful} examples, but there are ${dataset.size} for ${split}. Give a multiple of ${stateful}.`,
  );
}
