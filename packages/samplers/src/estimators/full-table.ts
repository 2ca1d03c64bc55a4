import type { Handle, Learner } from "@unequal/core";
import { weightOf, zeroHandle, type GradientTable, type MemoryRows } from "./gradient-memory.js";
import { sumUp } from "./sum-up.js";

/** Computes the gradient of one row: a forward and a backward pass. */
async function gradientOf(learner: Learner, step: MemoryRows, row: number): Promise<Handle> {
  const { batch, noise } = step;
  const rows = step.rows.subarray(row, row + 1);
  const coefficients = Float32Array.of(1 / weightOf(step, row));
  const pass = { noise, mode: "training", regulariser: false, signals: [] } as const;
  return (await learner.gradient({ batch, rows, coefficients }, pass)).gradient;
}

/**
 * Keeps a_i whole, for any model: N · P numbers on the engine. `recall` adds b of them up, `replace` makes b backward
 * passes, one for each row.
 *
 * @param saved what `state` returned; absent: zeros
 */
export function fullTable(
  learner: Learner,
  size: number,
  saved?: readonly (readonly Float32Array[])[],
): GradientTable {
  const entries =
    saved?.map((values) => learner.write(values)) ??
    Array.from({ length: size }, () => zeroHandle(learner));
  const entry = (id: number): Handle => entries[id] as Handle;
  return {
    reads: [],
    recall: (step, coefficients) =>
      sumUp(learner, (add) =>
        step.ids.forEach((id, row) =>
          add((coefficients[row] as number) * weightOf(step, row), entry(id)),
        ),
      ),
    replace: (step) =>
      sumUp(learner, async (add) => {
        for (const [row, id] of step.ids.entries()) {
          const gradient = await gradientOf(learner, step, row);
          add(1 / size, gradient);
          add(-1 / size, entry(id));
          entry(id).dispose();
          entries[id] = gradient;
        }
      }),
    state: async () => {
      const values: (readonly Float32Array[])[] = [];
      for (const handle of entries) values.push(await learner.read(handle));
      return values;
    },
    dispose: () => {
      for (const handle of entries) handle.dispose();
    },
  };
}
