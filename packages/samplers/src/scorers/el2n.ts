import { defineScorer, UnequalError, type Pool } from "@unequal/core";
import { readSignal } from "./read-signal.js";

function labelsOf({ labels }: Pool): Int32Array {
  if (labels !== undefined) return labels;
  throw new UnequalError(
    "DATASET_INVALID",
    '"el2n" needs the class of every example, but the data set has none. Give it targets that are one-hot rows or whole numbers, or use the scorer "gradient-norm".',
  );
}

function checkLabel(label: number, classes: number): void {
  if (label >= 0 && label < classes) return;
  throw new UnequalError(
    "SHAPE_MISMATCH",
    `The model gives the probabilities of ${classes} classes, but an example is of class ${label}. Give the model one output for each class.`,
  );
}

/**
 * Scores by the length of the error vector, s = ‖p − e_y‖₂: p the predicted probabilities, e_y 1 at the class y and 0
 * else; |p − y| where one number p is the probability of class 1. The example's weight is no part of it; otherwise it
 * is, for softmax and cross-entropy, the `upper-bound`. O(C) an example.
 *
 * @throws SIGNAL_UNAVAILABLE, DATASET_INVALID if the classes are unknown, SHAPE_MISMATCH
 * @see Paul, Ganguli & Dziugaite 2021, Deep learning on a data diet, definition 2.2
 */
export const el2n = defineScorer({
  name: "el2n",
  summary: "The distance of the predicted probabilities from the truth.",
  paper: "Paul, Ganguli & Dziugaite 2021 (arXiv 2107.07075)",
  facts: { requires: ["probabilities"] },
  setup: () => ({
    score: (pool) => {
      const probabilities = readSignal(pool, "probabilities");
      const width = probabilities.length / pool.ids.length;
      return Float32Array.from(labelsOf(pool), (label, row) => {
        const p = probabilities.subarray(row * width, (row + 1) * width);
        checkLabel(label, Math.max(2, width));
        if (width === 1) return Math.abs((p[0] as number) - label);
        return Math.hypot(...p.map((value, at) => value - (at === label ? 1 : 0)));
      });
    },
  }),
});
