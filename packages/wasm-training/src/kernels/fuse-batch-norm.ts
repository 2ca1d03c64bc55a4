import * as tf from "@tensorflow/tfjs";
import { BATCH_NORM_GRAD } from "./batch-norm-grad.js";

/** Lets the gradient of batch normalisation run as one kernel, where the engine has it and the moments are by channel. */
export function fuseBatchNorm(): void {
  const stock = tf.getGradient(tf.FusedBatchNorm);
  const gradFunc: tf.GradFunc = (dy, saved, attrs) => {
    const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor?];
    const known = (tf.getKernel(BATCH_NORM_GRAD, tf.getBackend()) as unknown) !== undefined;
    // while another gradient records, this one must be made of operations that have gradients
    const recorded = tf.engine().state.gradientDepth > 0;
    const channels = x.shape.at(-1);
    const float = [x, mean, variance, ...(scale ? [scale] : [])].every(
      ({ dtype }) => dtype === "float32",
    );
    const byChannel = [mean, variance, ...(scale ? [scale] : [])].every(
      ({ shape }) => shape.length === 1 && shape[0] === channels,
    );
    if (!known || recorded || !byChannel || !float) return stock.gradFunc(dy, saved, attrs);
    const made = tf
      .engine()
      .runKernel(
        BATCH_NORM_GRAD,
        { x, dy: dy as tf.Tensor, mean, variance, scale: scale ?? tf.onesLike(mean) },
        attrs,
      ) as unknown as tf.Tensor[];
    const names = ["x", "mean", "variance", "scale", "offset"];
    return Object.fromEntries(names.map((name, at) => [name, () => made[at] as tf.Tensor]));
  };
  tf.unregisterGradient(tf.FusedBatchNorm);
  tf.registerGradient({ ...stock, gradFunc });
}
