import { UnequalError, type EstimatorStep, type Handle } from "@unequal/core";

/**
 * Computes μ, the mean gradient over the reference set at the present parameters, without regularisers; the
 * caller owns it. N forward and backward passes.
 *
 * @throws DATASET_EMPTY
 */
export async function meanGradient({
  learner,
  random,
  reference,
}: Pick<EstimatorStep, "learner" | "random" | "reference">): Promise<Handle> {
  let sum: Handle | undefined;
  const add = (gradient: Handle): void => {
    const before = sum;
    if (before === undefined) {
      sum = gradient;
      return;
    }
    sum = learner.combine([
      [1, before],
      [1, gradient],
    ]);
    before.dispose();
    gradient.dispose();
  };
  try {
    await reference.walk(async (batch) => {
      const rows = Int32Array.from({ length: batch.size }, (_, row) => row);
      const coefficients = new Float32Array(batch.size).fill(1 / reference.size);
      const { gradient } = await learner.gradient(
        { batch, rows, coefficients },
        { noise: random.seed(), mode: "training", regulariser: false, signals: [] },
      );
      add(gradient);
    });
  } catch (error) {
    sum?.dispose();
    throw error;
  }
  if (sum !== undefined) return sum;
  throw new UnequalError(
    "DATASET_EMPTY",
    "The reference set is empty. Give it at least one batch.",
  );
}
