import { UnequalError } from "@unequal/core";

/** One output of a model, as far as it decides whether it can learn. */
export interface HeadDescription {
  readonly name: string;
  readonly activation: string;
  readonly lossName: string | undefined;
  /** Length of the last axis. */
  readonly units: number | null | undefined;
}

/** Losses that divide an output by its sum, which makes one unit 1 whatever it was. */
const OF_SHARES = ["categoricalCrossentropy", "sparseCategoricalCrossentropy"];

/**
 * Refuses an output that is constant: softmax(z) of one unit is 1 for every z, and so is p / Σ p in the cross-entropies of
 * classes; loss and gradient are then 0, or never change.
 *
 * @throws HEAD_UNSUITED
 */
export function checkHead({ name, activation, lossName = "", units }: HeadDescription): void {
  const shares = activation === "softmax" || OF_SHARES.includes(lossName);
  if (units !== 1 || !shares) return;
  const what = activation === "softmax" ? "ends in a softmax" : `is trained by ${lossName}`;
  throw new UnequalError(
    "HEAD_UNSUITED",
    `The output "${name}" ${what}, which tells two classes or more apart, but has one unit: its share is always 1, so it can learn nothing. For numbers use a linear unit with meanSquaredError, for yes or no a sigmoid with binaryCrossentropy, for C classes C units.`,
  );
}
