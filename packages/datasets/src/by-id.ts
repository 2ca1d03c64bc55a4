import { defineSignal, UnequalError } from "@unequal/core";
import { z } from "zod";
import { readNumbers } from "./read-numbers.js";

type Numbers = readonly number[] | Float32Array | Float64Array;

function isNumbers(value: unknown): boolean {
  const list = Array.isArray(value) || ArrayBuffer.isView(value);
  return list && Array.from(value as Numbers).every(Number.isFinite);
}

const numbers = z
  .unknown()
  .refine(isNumbers, "must be an array of finite numbers")
  .meta({ title: "number[]" }) as unknown as z.ZodType<Numbers, Numbers>;

/**
 * Offers a signal of numbers that are known beforehand, value_i for example i, whatever its augmentation: given as an
 * array, or as a file that holds a JSON array. So RHO-LOSS gets its irreducible losses and `prune` scores of earlier
 * runs; both are made by `unequal score` or `scoreDataset`. Sample weights are no part of it.
 *
 * @throws DATASET_MISSING, DATASET_INVALID if there is not one number for each example
 */
export const byId = defineSignal({
  name: "by-id",
  summary: "Numbers known beforehand, one for each example.",
  options: z
    .strictObject({
      signal: z.string().min(1).describe('name of the signal: "irreducible-loss" for RHO-LOSS'),
      values: numbers.optional().describe("the numbers, [N], by id"),
      file: z.string().min(1).optional().describe("or a file that holds them as a JSON array"),
    })
    .refine(({ values, file }) => (values === undefined) !== (file === undefined), {
      message: "give either the numbers in `values` or the name of a `file`",
    }),
  facts: ({ signal }) => ({ signals: new Map([[signal, "free"]]) }),
  setup: ({ signal, values, file = "" }) => {
    const known = values === undefined ? readNumbers(file) : Float32Array.from(values);
    return {
      bind: ({ size }) => {
        if (known.length === size) return;
        throw new UnequalError(
          "DATASET_INVALID",
          `"by-id" must have one number of "${signal}" for each of the ${size} examples, but has ${known.length}${file && ` in ${file}`}. Score the data set that is trained on.`,
        );
      },
      compute: (_names, { ids }) => ({
        [signal]: Float32Array.from(ids, (id) => known[id] ?? NaN),
      }),
    };
  },
});
