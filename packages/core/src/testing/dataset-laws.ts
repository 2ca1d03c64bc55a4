import { expect } from "vitest";
import { columnsOf } from "../arrays/columns-of.js";
import type { HostArray, HostBatch } from "../contracts/arrays.js";
import type { Dataset } from "../contracts/dataset.js";
import { describeLaws } from "./describe-laws.js";
import type { Law } from "./law.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

/** Makes the dataset under test. */
export type DatasetSubject = () => Dataset | Promise<Dataset>;

const ARRAYS = { float32: [Float32Array], int32: [Int32Array, Uint8Array], bool: [Uint8Array] };

/** Takes one row out of every column, and its weight. */
function rowOf(batch: HostBatch, row: number): readonly number[][] {
  const cut = ({ data, shape }: HostArray): number[] => {
    const width = shape.slice(1).reduce((product, size) => product * size, 1);
    return Array.from(data.subarray(row * width, (row + 1) * width));
  };
  return [...columnsOf(batch).map(cut), [batch.weights?.[row] ?? 1]];
}

function someIds({ size }: Dataset): Uint32Array {
  return Uint32Array.of(size - 1, 0, Math.floor(size / 2), 0);
}

const shape: Law<DatasetSubject> = {
  name: "gives columns of as many rows as it is asked for, first and last id included",
  check: async (make) => {
    const dataset = await make();
    expect(Number.isInteger(dataset.size) && dataset.size > 0).toBe(true);
    const batch = await dataset.take(someIds(dataset), Uint32Array.of(0, 0, 0, 0));
    expect(batch.size).toBe(4);
    const columns = columnsOf(batch);
    expect(columns.length).toBeGreaterThanOrEqual(2);
    for (const {
      data,
      shape: [rows, ...rest],
      dtype,
    } of columns) {
      expect(rows).toBe(4);
      expect(data.length).toBe(rest.reduce((product, size) => product * size, 4));
      expect(ARRAYS[dtype].some((type) => data instanceof type)).toBe(true);
    }
    if (batch.weights !== undefined) expect(batch.weights.length).toBe(4);
  },
};

const identity: Law<DatasetSubject> = {
  name: "gives the same example for the same id and key, in any company",
  check: async (make) => {
    const dataset = await make();
    const ids = someIds(dataset);
    const keys = Uint32Array.of(3, 0, 2, 0);
    const batch = await dataset.take(ids, keys);
    for (let row = 0; row < ids.length; row++) {
      const alone = await dataset.take(ids.slice(row, row + 1), keys.slice(row, row + 1));
      expect(rowOf(alone, 0), `id ${ids[row]}`).toEqual(rowOf(batch, row));
    }
    expect(rowOf(batch, 1)).toEqual(rowOf(batch, 3));
  },
};

const fixed: Law<DatasetSubject> = {
  name: "gives the same example under every key, if it says that it is fixed",
  check: async (make) => {
    const dataset = await make();
    if (dataset.fixed !== true) return;
    const ids = someIds(dataset);
    const taken = await dataset.take(ids, Uint32Array.of(0, 0, 0, 0));
    expect(await dataset.take(ids, Uint32Array.of(1, 2, 3, 4))).toEqual(taken);
  },
};

const portable: Law<DatasetSubject> = {
  name: "is the same dataset where it is made anew, if it says how",
  check: async (make) => {
    const dataset = await make();
    if (dataset.portable === undefined) return;
    const { module, data } = dataset.portable;
    const { default: open } = (await import(/* @vite-ignore */ module)) as {
      default: (data: unknown) => Dataset | Promise<Dataset>;
    };
    const anew = await open(structuredClone(data));
    expect(anew.size).toBe(dataset.size);
    const [ids, keys] = [someIds(dataset), Uint32Array.of(1, 0, 2, 3)];
    expect(await anew.take(ids, keys)).toEqual(await dataset.take(ids, keys));
  },
};

const ownership: Law<DatasetSubject> = {
  name: "leaves ids and keys alone, and gives arrays that the caller may change",
  check: async (make) => {
    const dataset = await make();
    const [ids, keys] = [someIds(dataset), Uint32Array.of(0, 0, 0, 0)];
    const batch = await dataset.take(ids, keys);
    const kept = structuredClone(batch);
    for (const { data } of columnsOf(batch)) data.fill(1);
    batch.weights?.fill(9);
    expect(await dataset.take(someIds(dataset), keys)).toEqual(kept);
    expect(ids).toEqual(someIds(dataset));
    expect(keys).toEqual(Uint32Array.of(0, 0, 0, 0));
  },
};

const labels: Law<DatasetSubject> = {
  name: "gives one class ≥ 0 per example, or none at all",
  check: async (make) => {
    const dataset = await make();
    const classes = dataset.labels?.();
    if (classes === undefined) return;
    expect(classes).toBeInstanceOf(Int32Array);
    expect(classes.length).toBe(dataset.size);
    expect(classes.every((label) => label >= 0)).toBe(true);
  },
};

const globals: Law<DatasetSubject> = {
  name: "draws no global randomness",
  check: async (make) => {
    const dataset = await make();
    await withoutGlobalRandomness(() => dataset.take(someIds(dataset), Uint32Array.of(1, 2, 3, 4)));
  },
};

/** What must be true of every dataset. */
export const datasetLaws: readonly Law<DatasetSubject>[] = [
  shape,
  identity,
  fixed,
  portable,
  ownership,
  labels,
  globals,
];

/** Holds a dataset to its contract, a test for each law: `describeDataset("mnist", load)`. */
export function describeDataset(name: string, make: DatasetSubject): void {
  describeLaws(`dataset "${name}"`, datasetLaws, make);
}
