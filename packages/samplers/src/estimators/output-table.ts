import type { Handle, Learner } from "@unequal/core";
import { weightOf, type GradientTable, type MemoryRows } from "./gradient-memory.js";

/**
 * Keeps d_i = ∂ℓ_i/∂z_i of each example, so that a_i = J_iᵀ d_i, for models whose outputs z are linear in the
 * parameters: J_i = ∂z_i/∂θ is then always the same. N · D numbers on the host; `recall` and `replace` take a
 * pullback each.
 *
 * @param values d, [N · D]; the table's own from now on
 */
export function outputTable(learner: Learner, size: number, values: Float32Array): GradientTable {
  const width = values.length / size;
  const entry = (id: number): Float32Array => values.subarray(id * width, (id + 1) * width);
  /** Returns Σ J_iᵀ d_i over the rows, d their numbers, [rows · D]. */
  const pullBack = (step: MemoryRows, numbers: Float32Array): Promise<Handle> =>
    learner.pullback(step, () => numbers, {
      noise: step.noise,
      mode: "training",
      regulariser: false,
    });
  return {
    reads: ["output-gradient"],
    recall: (step, coefficients) => {
      const numbers = new Float32Array(step.ids.length * width);
      step.ids.forEach((id, row) => {
        const factor = (coefficients[row] as number) * weightOf(step, row);
        numbers.set(
          entry(id).map((d) => factor * d),
          row * width,
        );
      });
      return pullBack(step, numbers);
    },
    replace: (step, signals) => {
      const present = signals["output-gradient"] as Float32Array;
      const rise = new Float32Array(present.length);
      step.ids.forEach((id, row) => {
        const before = entry(id);
        for (let out = 0; out < width; out++) {
          const d = Math.fround((present[row * width + out] as number) / weightOf(step, row));
          rise[row * width + out] = (d - (before[out] as number)) / size;
          before[out] = d;
        }
      });
      return pullBack(step, rise);
    },
    state: async () => values.slice(),
    dispose: () => undefined,
  };
}
