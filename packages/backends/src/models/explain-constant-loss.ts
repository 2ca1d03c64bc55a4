import { UnequalError } from "@unequal/core";

const CONSTANT = /Cannot (compute gradient|find a connection between any variable)/;

/**
 * Runs a pass backward, and says what to do where there is nothing to go back along.
 * @throws LOSS_WITHOUT_GRADIENT
 */
export function explainConstantLoss<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!CONSTANT.test(error instanceof Error ? error.message : "")) throw error;
    throw new UnequalError(
      "LOSS_WITHOUT_GRADIENT",
      "The loss must depend on the model's outputs, and these on its trainable weights, but there is no gradient. Compute the loss of the tensors that it is given, by operations that have gradients (tf.argMax and comparisons have none), and leave some layer trainable.",
      { cause: error },
    );
  }
}
