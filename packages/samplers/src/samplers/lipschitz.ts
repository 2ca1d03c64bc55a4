import {
  defineSampler,
  restored,
  selectEvery,
  UnequalError,
  type Columns,
  type HostBatch,
} from "@unequal/core";
import { z } from "zod";
import { aliasTable, type AliasTable } from "../draws/alias-table.js";
import { drawIds } from "../draws/distribution.js";

/** Smoothness 1/γ of each loss as a function of z, D outputs: that of a linear model's example is L = ‖x‖²/γ. */
const SMOOTHNESS = {
  "half-squared": () => 1,
  "mean-squared": (outputs: number) => 2 / outputs,
  logistic: (outputs: number) => 1 / (4 * outputs),
  softmax: () => 1 / 2,
};

const numbers = z
  .unknown()
  .refine((values) => Array.isArray(values) || ArrayBuffer.isView(values), "must be numbers, by id")
  .meta({ title: "number[]" }) as unknown as z.ZodType<ArrayLike<number>, ArrayLike<number>>;

const options = z.strictObject({
  importances: numbers.optional().describe("L of each example, by id; default: from the data"),
  loss: z
    .enum(["half-squared", "mean-squared", "logistic", "softmax"])
    .default("mean-squared")
    .describe("loss of the linear model: a factor of L, which matters with `ridge` only"),
  intercept: z.boolean().default(true).describe("the model has a bias: ‖x‖² + 1"),
  uniform: z.number().min(0).max(1).default(0).describe("u, the share of uniform draws; paper: ½"),
  ridge: z.number().positive().optional().describe("λ of (λ/2)‖θ‖²: p ∝ 1 + L/(λN), as for SDCA"),
});

type Options = z.infer<typeof options>;

/** Adds the squares of each row of all columns, [B]. */
function squaredNorms(columns: Columns, size: number): Float64Array {
  const sums = new Float64Array(size);
  for (const { data } of Object.values(columns)) {
    const width = data.length / size;
    data.forEach((value, at) => {
      const row = Math.floor(at / width);
      sums[row] = (sums[row] as number) + value * value;
    });
  }
  return sums;
}

/** Computes L of each example of a batch, [B], its weight included, as in its loss. */
function smoothnessOf(batch: HostBatch, { loss, intercept }: Options): Float64Array {
  const { size, inputs, targets, weights } = batch;
  const outputs = Object.values(targets).reduce((sum, { data }) => sum + data.length / size, 0);
  const factor = SMOOTHNESS[loss](outputs);
  return squaredNorms(inputs, size).map(
    (square, row) => (weights?.[row] ?? 1) * factor * (square + (intercept ? 1 : 0)),
  );
}

/** Builds the table of p = u/N + (1 − u) q, q ∝ L, or with a ridge ∝ 1 + L/(λN). @throws SCORE_NOT_FINITE */
function tableOf(importances: Float64Array, { uniform, ridge }: Options): AliasTable {
  const size = importances.length;
  const id = importances.findIndex((value) => !(value >= 0 && value < Infinity));
  if (id >= 0) {
    throw new UnequalError(
      "SCORE_NOT_FINITE",
      `Importances must be finite and ≥ 0, but that of example ${id} is ${importances[id]}. Look at its inputs, or at the option "importances".`,
    );
  }
  const { probability } = aliasTable(
    ridge === undefined ? importances : importances.map((value) => 1 + value / (ridge * size)),
  );
  return aliasTable(importances.map((_, at) => uniform / size + (1 - uniform) * probability(at)));
}

/** Copies the importances that a user gave. @throws OPTION_INVALID if they are not as many as the examples */
function givenFor(size: number, given: ArrayLike<number>): Float64Array {
  if (given.length === size) return Float64Array.from(given);
  throw new UnequalError(
    "OPTION_INVALID",
    `The sampler "lipschitz" needs one importance for each example, but got ${given.length} for ${size}. Give it one by id, or leave "importances" out.`,
  );
}

/**
 * Draws examples by fixed importances, p_i ∝ L_i, the Lipschitz constant of the gradient of ℓ_i, or the bound of the
 * gradient itself for losses that are not smooth: the rate of SGD then hangs on the mean of the L_i instead of the
 * largest. For linear models L_i = ‖x_i‖²/γ follows from the data, which are read once before the first step; for others
 * the L_i must be given, and are fit for a bound only. With the share u = ½ of uniform draws no weight exceeds 2.
 * L_i = 0 is never drawn for u = 0: right where the gradient is 0 as well.
 *
 * Alias table: O(N) once, O(b) a step.
 *
 * @throws OPTION_INVALID, SCORE_NOT_FINITE naming the example
 * @see Needell, Ward & Srebro 2014, weighted and partially biased sampling; Zhao & Zhang 2015, Iprox-SGD and -SDCA
 */
export const lipschitz = defineSampler({
  name: "lipschitz",
  summary: "Examples by fixed importances: the smoothness of each, from the data or given.",
  paper: "Needell, Ward & Srebro 2014 (arXiv 1310.5715); Zhao & Zhang 2015 (arXiv 1401.2753)",
  unbiased: true,
  options,
  facts: { proposes: true },
  setup: (settings, { random }) => {
    const { importances: given } = settings;
    let importances: Float64Array = new Float64Array(0);
    let table = aliasTable(importances);
    const take = (values: Float64Array): void => {
      importances = values;
      table = tableOf(values, settings);
    };
    return {
      // Until the data are read, all are alike.
      bind: ({ size }) =>
        take(given === undefined ? new Float64Array(size).fill(1) : givenFor(size, given)),
      ...(given === undefined && {
        prepare: async (examples) => {
          const found = importances.slice();
          for await (const { ids, batch } of examples)
            smoothnessOf(batch, settings).forEach(
              (value, row) => (found[ids[row] as number] = value),
            );
          take(found);
        },
      }),
      propose: (count) => drawIds(table, count, random),
      select: selectEvery,
      state: () => ({ version: 1, importances: importances.slice() }),
      restore: (state) =>
        take(restored<{ importances: Float64Array }>(state, 1, "lipschitz").importances),
    };
  },
});
