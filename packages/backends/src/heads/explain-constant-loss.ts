import { UnequalError } from "@unequal/core";

const UNCONNECTED =
  /Cannot find a connection between any variable|Cannot compute gradient of y=f\(x\) with respect to x/;
const FROZEN = /expects at least one of the input variables to be trainable/;

/**
 * Runs a backward pass, and says what to do where the loss does not lead back to anything that is trained.
 * @throws LOSS_CONSTANT, MODEL_UNSUPPORTED
 */
export function explainConstantLoss<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    if (UNCONNECTED.test(message)) {
      throw new UnequalError(
        "LOSS_CONSTANT",
        "The loss must depend on what the model predicts, but is the same whatever the model does: it has no gradient. A loss function of your own is called as loss(targets, outputs), and must be computed of the outputs by operations that have gradients (not tf.argMax, tf.round or numbers read back).",
        { cause: error },
      );
    }
    if (!FROZEN.test(message)) throw error;
    throw new UnequalError(
      "MODEL_UNSUPPORTED",
      "The model must have something to train, but every layer of it is frozen. Set `trainable = true` on a layer and compile the model again.",
      { cause: error },
    );
  }
}
