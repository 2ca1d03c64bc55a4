import { UnequalError, type Dataset, type HostBatch } from "@unequal/core";
import type { DatasetCopy } from "../replicas/copies/copy-dataset.js";
import type { Task } from "../replicas/threads/messages.js";
import { rowTaker } from "../replicas/copies/share-rows.js";

/** Loads the examples of a task. */
export type TakeTask = (task: Task) => HostBatch | Promise<HostBatch>;

/** A task for a dataset that is sent brings its rows along. */
function sentRows({ rows }: Task): HostBatch {
  if (rows !== undefined) return rows;
  throw new UnequalError("SCORING_FAILED", "The task must bring its rows along, but has none.");
}

async function openPortable({
  module,
  data,
  size,
}: Extract<DatasetCopy, { kind: "portable" }>): Promise<Dataset> {
  const loaded = (await import(/* @vite-ignore */ /* webpackIgnore: true */ module)) as {
    default?: unknown;
  };
  if (typeof loaded.default !== "function")
    throw new UnequalError(
      "SCORING_UNAVAILABLE",
      `The module of a portable dataset must have a function as its default export, but ${module} has none.`,
    );
  const dataset = (await (loaded.default as (data: unknown) => unknown)(data)) as Dataset;
  if (dataset.size !== size)
    throw new UnequalError(
      "SCORING_UNAVAILABLE",
      `A portable dataset must be the same everywhere, but has ${size} examples on the host and ${dataset.size} where ${module} made it anew. Put into \`portable.data\` all that it depends on.`,
    );
  return dataset;
}

/** Opens a dataset on a thread. @throws SCORING_UNAVAILABLE if a portable one is not what it was */
export async function openDataset(copy: DatasetCopy): Promise<TakeTask> {
  switch (copy.kind) {
    case "shared": {
      const take = rowTaker(copy.whole);
      return ({ ids }) => take(ids);
    }
    case "portable": {
      const dataset = await openPortable(copy);
      return ({ ids, keys }) => dataset.take(ids, keys);
    }
    case "sent":
      return sentRows;
  }
}
