import { kindOfObject, UnequalError, type Dataset, type HostBatch } from "@unequal/core";

function check(classWeight: Readonly<Record<number, number>>): void {
  const kind = kindOfObject(classWeight);
  if (kind !== "Object") {
    throw new UnequalError(
      "DATASET_INVALID",
      `classWeight must be an object such as { 0: 1, 1: 2.5 }, but is of the type ${kind}.${kind === "Map" ? " Give Object.fromEntries(map)." : ""}`,
    );
  }
  for (const [label, weight] of Object.entries(classWeight)) {
    if (!/^\d+$/.test(label)) {
      throw new UnequalError(
        "DATASET_INVALID",
        `classWeight must be keyed by classes, whole numbers from 0, but has the key "${label}".`,
      );
    }
    if (Number.isFinite(weight) && weight >= 0) continue;
    throw new UnequalError(
      "DATASET_INVALID",
      `classWeight must hold finite numbers ≥ 0, but class ${label} has ${weight}.`,
    );
  }
}

/**
 * Weighs the examples of each class, on top of the weights that they have: weight · classWeight[class].
 * Classes that are not named weigh 1, as in Keras.
 *
 * @throws DATASET_INVALID if the dataset has no classes, or a weight is negative or not finite
 */
export function weighClasses(
  dataset: Dataset,
  classWeight: Readonly<Record<number, number>>,
): Dataset {
  check(classWeight);
  const labels = dataset.labels?.();
  if (labels === undefined) {
    throw new UnequalError(
      "DATASET_INVALID",
      "classWeight needs targets that are classes: one column of one-hot rows or whole numbers. Use sampleWeight instead.",
    );
  }
  const factors = Float32Array.from(labels, (label) => classWeight[label] ?? 1);
  const weigh = (batch: HostBatch, ids: Uint32Array): HostBatch => ({
    ...batch,
    weights: Float32Array.from(ids, (id, row) => (factors[id] ?? 1) * (batch.weights?.[row] ?? 1)),
  });
  // made anew elsewhere, it would be without these weights
  const { portable: _, ...whole } = dataset;
  return {
    ...whole,
    take: (ids, keys) => {
      const batch = dataset.take(ids, keys);
      return batch instanceof Promise ? batch.then((each) => weigh(each, ids)) : weigh(batch, ids);
    },
  };
}
