import { altered } from "../../altered.js";
import type {
  Batch,
  GradientOptions,
  Handle,
  Learner,
  WeightedRows,
} from "../../contracts/learner.js";
import type { Signal } from "../../contracts/signals.js";
import { finiteRows } from "../pools/finite-rows.js";
import { pickVectors } from "../pools/pick.js";

/** Ends the pass of a step, before anything is updated, that found rows without a finite loss. */
export class RowsNotFinite extends Error {
  /** Places of the others in the step's rows. */
  readonly kept: Int32Array;

  constructor(kept: Int32Array) {
    super("Some rows of the step have no finite loss.");
    this.kept = kept;
  }
}

/** Counts the rows named, at these places alone, so that they count for all: the sum of the coefficients stays. */
function keepRows({ batch, rows, coefficients }: WeightedRows, kept: Int32Array): WeightedRows {
  const total = coefficients.reduce((sum, coefficient) => sum + coefficient, 0);
  const left = Float64Array.from(kept, (place) => coefficients[place] as number);
  const sum = left.reduce((of, coefficient) => of + coefficient, 0);
  const factor = sum > 0 ? total / sum : 1;
  return {
    batch,
    rows: Int32Array.from(kept, (place) => rows[place] as number),
    coefficients: Float32Array.from(left, (coefficient) => factor * coefficient),
  };
}

function zero(learner: Learner): Handle {
  const present = learner.parameters();
  const none = learner.combine([[0, present]]);
  present.dispose();
  return none;
}

/** Where batch statistics enter, one bad row makes all of them so: which it is shows in inference mode. */
async function culprits(
  learner: Learner,
  { batch, rows }: Pick<WeightedRows, "batch" | "rows">,
  found: { readonly kept: Int32Array; readonly signal: Signal },
): Promise<Int32Array> {
  const { kept, signal } = found;
  if (!learner.facts.batchStatistics) return kept;
  const values = (await learner.compute([signal], batch))[signal] ?? new Float32Array();
  const alone = finiteRows(pickVectors(values, batch.size, rows), rows.length);
  return alone.length === rows.length ? kept : alone;
}

function gradients(learner: Learner, own: Batch): Pick<Learner, "step" | "gradient"> {
  const gradient: Learner["gradient"] = async (rows, options) => {
    const found = await learner.gradient(rows, options);
    const losses = found.result.signals.loss ?? new Float32Array();
    const kept = finiteRows(losses, rows.rows.length);
    if (kept.length === rows.rows.length) return found;
    found.gradient.dispose();
    if (rows.batch === own)
      throw new RowsNotFinite(await culprits(learner, rows, { kept, signal: "loss" }));
    if (kept.length === 0) return { gradient: zero(learner), result: found.result };
    return learner.gradient(keepRows(rows, kept), options);
  };
  return {
    gradient,
    step: async (rows, { noise, signals, rate }) => {
      const pass = { noise, signals, mode: "training", regulariser: true } as const;
      const { gradient: direction, result } = await gradient(rows, pass);
      learner.apply(direction, rate);
      direction.dispose();
      return result;
    },
  };
}

/** Pulls back the rows whose outputs are finite; of the step's own batch all must be. */
function pullbacks(learner: Learner, own: Batch): Learner["pullback"] {
  return async ({ batch, rows }, cotangent, options: GradientOptions) => {
    const size = rows.length;
    const strict = (outputs: Float32Array): Float32Array => {
      const kept = finiteRows(outputs, size);
      if (kept.length < size) throw new RowsNotFinite(kept.slice());
      return cotangent(outputs);
    };
    try {
      return await learner.pullback({ batch, rows }, strict, options);
    } catch (error) {
      if (!(error instanceof RowsNotFinite)) throw error;
      const { kept } = error;
      if (batch === own)
        throw new RowsNotFinite(
          await culprits(learner, { batch, rows }, { kept, signal: "embedding" }),
        );
      if (kept.length === 0) return zero(learner);
      const some = Int32Array.from(kept, (place) => rows[place] as number);
      const spread = (outputs: Float32Array): Float32Array => {
        const width = outputs.length / kept.length;
        const all = new Float32Array(size * width);
        kept.forEach((place, at) =>
          all.set(outputs.subarray(at * width, (at + 1) * width), place * width),
        );
        return pickVectors(cotangent(all), size, kept);
      };
      return learner.pullback({ batch, rows: some }, spread, options);
    }
  };
}

/** Computes signals, 0 for the gradients of rows that have no finite one: that is what such rows add to a step. */
function signals(learner: Learner): Learner["compute"] {
  return async (names, batch, options) => {
    const found = await learner.compute(names, batch, options);
    const gradient = found["output-gradient"];
    if (gradient === undefined) return found;
    const clean = new Float32Array(gradient.length);
    const width = gradient.length / batch.size;
    for (const row of finiteRows(gradient, batch.size))
      clean.set(gradient.subarray(row * width, (row + 1) * width), row * width);
    return { ...found, "output-gradient": clean };
  };
}

/**
 * Guards a learner for one step on rows of the batch `own`, so that no row without a finite loss, or outputs, is stepped
 * on. It looks at the losses that a pass brings anyway, before it updates anything; where all are finite that is all.
 *
 * A pass over rows of `own` that finds others throws {@link RowsNotFinite}, for the step to be made anew without them: to
 * leave them in with a coefficient of 0 would not do, as 0 · NaN is NaN. Passes over other batches, such as an estimator's
 * reference, are made again on their other rows, which then count for all.
 */
export function guardedLearner(learner: Learner, own: Batch): Learner {
  return altered(learner, {
    ...gradients(learner, own),
    pullback: pullbacks(learner, own),
    compute: signals(learner),
  });
}
