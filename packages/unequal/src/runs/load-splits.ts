import { setUpPart, UnequalError, type Dataset, type DataSplits, type Random } from "@unequal/core";
import type { RunConfig } from "../config/resolve-config.js";

function isDataset(value: unknown): value is Dataset {
  const { size, take } = (value ?? {}) as Partial<Dataset>;
  return typeof size === "number" && typeof take === "function";
}

function check(name: string, split: string, value: unknown): void {
  if (isDataset(value)) return;
  const found = value === undefined ? "nothing" : value === null ? "null" : `a ${typeof value}`;
  throw new UnequalError(
    "DATASET_INVALID",
    `The data set "${name}" must load { train, test }, where train, and test if it is there, have a size and take: arrays(x, y) makes such a dataset. But ${split} is ${found}.`,
  );
}

/** Loads the data of a configuration. @throws DATASET_MISSING, DATASET_INVALID where they are not { train, test } */
export async function loadSplits(
  { registry, dataset }: Pick<RunConfig, "registry" | "dataset">,
  random: Random,
): Promise<DataSplits> {
  const loaded: unknown = await setUpPart("dataset", dataset, { registry, random }).load();
  const splits = (loaded ?? {}) as Partial<DataSplits>;
  check(dataset.name, "train", splits.train);
  if (splits.test !== undefined) check(dataset.name, "test", splits.test);
  return loaded as DataSplits;
}
