import { defineDataset, specSchema, UnequalError, type Dataset } from "@unequal/core";
import { z } from "zod";

/**
 * Views the examples from `from` up to, but without, `to`, which may lie beyond the end.
 *
 * @throws OPTION_INVALID, DATASET_EMPTY
 */
export function slice(dataset: Dataset, from: number, to: number): Dataset {
  const place = (at: number): boolean => Number.isInteger(at) && at >= 0;
  if (!place(from) || !(place(to) || to === Infinity)) {
    throw new UnequalError(
      "OPTION_INVALID",
      `A slice must run between whole numbers ≥ 0, but is from ${from} to ${to}. Count from the beginning.`,
    );
  }
  const size = Math.min(to, dataset.size) - from;
  if (size <= 0) {
    throw new UnequalError(
      "DATASET_EMPTY",
      `The slice from ${from} to ${to} of ${dataset.size} examples is empty. Widen it.`,
    );
  }
  return {
    ...(dataset.name !== undefined && { name: dataset.name }),
    ...(dataset.fixed !== undefined && { fixed: dataset.fixed }),
    size,
    take: (ids, keys) =>
      dataset.take(
        ids.map((id) => id + from),
        keys,
      ),
    labels: () => dataset.labels?.()?.subarray(from, from + size),
  };
}

/**
 * Splits off the last examples for validation, as Keras does: `fraction` of them, rounded to keep
 * ⌊N (1 − fraction)⌋ for training.
 *
 * @throws OPTION_INVALID, DATASET_EMPTY
 */
export function split(
  dataset: Dataset,
  fraction: number,
): { readonly train: Dataset; readonly test: Dataset } {
  if (!(fraction > 0 && fraction < 1)) {
    throw new UnequalError(
      "OPTION_INVALID",
      `The share to split off must lie between 0 and 1, but is ${fraction}. Give 0.1 for a tenth.`,
    );
  }
  const at = Math.floor(dataset.size * (1 - fraction));
  return { train: slice(dataset, 0, at), test: slice(dataset, at, dataset.size) };
}

/**
 * Names a part of a data set in configurations: its training examples from `from` up to, but without, `to`; the test
 * set stays whole. So one run trains on one half and another, whose losses RHO-LOSS wants, on the other.
 *
 * @throws DATASET_EMPTY, when it is loaded
 */
export const sliced = defineDataset({
  name: "slice",
  summary: "Some of the training examples of another data set.",
  options: z.strictObject({
    of: specSchema("dataset").describe("the whole data set"),
    from: z.int().nonnegative().default(0).describe("first example"),
    to: z.int().nonnegative().default(Infinity).describe("first example left out again"),
  }),
  setup: ({ of, from, to }, { use }) => {
    const whole = use("dataset", of);
    return {
      load: async () => {
        const splits = await whole.load();
        return { ...splits, train: slice(splits.train, from, to) };
      },
    };
  },
});
