import { UnequalError, type Handle, type Learner } from "@unequal/core";

/**
 * Returns Σ factor · term, owned by the caller, of the terms that `visit` adds one by one: a sum of many takes the
 * memory of two. The terms stay the caller's.
 *
 * @throws DATASET_EMPTY if nothing is added
 */
export async function sumUp(
  learner: Learner,
  visit: (add: (factor: number, term: Handle) => void) => void | Promise<void>,
): Promise<Handle> {
  let sum: Handle | undefined;
  try {
    await visit((factor, term) => {
      const before = sum;
      sum = learner.combine([...(before ? [[1, before] as const] : []), [factor, term]]);
      before?.dispose();
    });
  } catch (error) {
    sum?.dispose();
    throw error;
  }
  if (sum !== undefined) return sum;
  throw new UnequalError(
    "DATASET_EMPTY",
    "The examples to sum gradients over are none. Give the dataset at least one.",
  );
}
