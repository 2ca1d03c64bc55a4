import type * as tf from "@tensorflow/tfjs";
import { absoluteError } from "./absolute-error.js";
import { compiledLoss, type LossFunction } from "./compiled-loss.js";
import type { Head } from "./head.js";
import { sigmoidCrossEntropy } from "./sigmoid-cross-entropy.js";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.js";
import { squaredError } from "./squared-error.js";

/** Describes one output of a model: how it ends and what it is compiled with. */
export interface OutputDescription {
  /** Name of the opened activation: `softmax`, `sigmoid`, `linear`, …. */
  readonly activation: string;
  readonly apply: (z: tf.Tensor) => tf.Tensor;
  readonly lossName: string | undefined;
  readonly loss: LossFunction;
  /** `logits`: train softmax and sigmoid heads on z, without the compiled loss's clip at 1e-7. */
  readonly mode: "logits" | "as-compiled";
}

const CLOSED_FORMS: Readonly<Record<string, () => Head>> = {
  "softmax categoricalCrossentropy": () => softmaxCrossEntropy({ sparse: false }),
  "softmax sparseCategoricalCrossentropy": () => softmaxCrossEntropy({ sparse: true }),
  "sigmoid binaryCrossentropy": sigmoidCrossEntropy,
  "linear meanSquaredError": squaredError,
  "linear meanAbsoluteError": absoluteError,
};

/**
 * Chooses the head of one output: a closed form where there is one, else the compiled loss.
 *
 * With `as-compiled` the trained loss is the compiled one, but scores still come from the logits: a clip
 * at 1e-7 would make confident mistakes score 0.
 */
export function chooseHead(output: OutputDescription): Head {
  const compiled = compiledLoss(output.loss, output.apply);
  const closed = CLOSED_FORMS[`${output.activation} ${output.lossName ?? ""}`]?.();
  if (closed === undefined) return compiled;
  return output.mode === "logits" ? closed : { ...closed, losses: compiled.losses };
}
