import type { EstimatorStep, Handle, Learner, Plain, Signal, Signals } from "@unequal/core";

/** The rows of a step whose entries are meant; of a walk over the dataset, without weights. */
export type MemoryRows = Pick<EstimatorStep, "batch" | "rows" | "ids" | "weights" | "noise">;

/** Keeps a gradient a_i of each example, without regularisers and first-stage weights. */
export interface GradientTable {
  /** Signals of a pass over the rows that `replace` needs. */
  readonly reads: readonly Signal[];
  /** Returns Σ c_i a_i over the rows, each times its first-stage weight; owned by the caller. */
  readonly recall: (rows: MemoryRows, coefficients: Float32Array) => Promise<Handle>;
  /** Makes the rows' present gradients their a_i; returns the rise of (1/N) Σ a_i, owned by the caller. */
  readonly replace: (rows: MemoryRows, signals: Signals) => Promise<Handle>;
  readonly state: () => Promise<Plain>;
  readonly dispose: () => void;
}

/** Keeps the a_i, and their mean up to date. */
export interface GradientMemory extends Pick<GradientTable, "reads" | "recall" | "dispose"> {
  /** Returns (1/N) Σ a_i; the memory's own, until the next `replace`. */
  readonly mean: () => Handle;
  /** Makes the rows' present gradients their a_i. */
  readonly replace: (rows: MemoryRows, signals: Signals) => Promise<void>;
  readonly state: () => Promise<StoredMemory>;
}

/** Holds a memory on the host. */
export interface StoredMemory {
  readonly table: Plain;
  readonly mean: readonly Float32Array[];
}

/** Returns the first-stage weight of a row: 1 where there was no first stage. */
export function weightOf({ weights }: MemoryRows, row: number): number {
  return weights?.[row] ?? 1;
}

/** Makes a handle of zeros. */
export function zeroHandle(learner: Learner): Handle {
  const present = learner.parameters();
  const zero = learner.combine([[0, present]]);
  present.dispose();
  return zero;
}

/** Keeps the mean of a table next to it; `mean`: as stored, absent for a table of zeros. */
export function gradientMemory(
  learner: Learner,
  table: GradientTable,
  mean?: StoredMemory["mean"],
): GradientMemory {
  let current = mean === undefined ? zeroHandle(learner) : learner.write(mean);
  return {
    ...table,
    mean: () => current,
    replace: async (rows, signals) => {
      const [before, rise] = [current, await table.replace(rows, signals)];
      current = learner.combine([
        [1, before],
        [1, rise],
      ]);
      before.dispose();
      rise.dispose();
    },
    state: async () => ({ table: await table.state(), mean: await learner.read(current) }),
    dispose: () => {
      current.dispose();
      table.dispose();
    },
  };
}
