import {
  createRandom,
  setUpPart,
  type Backend,
  type DataSplits,
  type Dataset,
  type EngineFacts,
  type HostArray,
  type HostBatch,
  type Kind,
  type Learner,
  type Random,
  type Roles,
  type Spec,
} from "@unequal/core";
import type { RunConfig } from "../config/resolve-config.js";
import { loadSplits } from "./load-splits.js";

/** A started engine with the data and the model of a configuration on it. */
export interface BuiltLearner {
  readonly backend: Backend;
  readonly engine: EngineFacts;
  readonly splits: DataSplits;
  /** In the backend's own form. */
  readonly model: unknown;
  readonly learner: Learner;
  /** Frees the learner and stops the engine. */
  readonly dispose: () => Promise<void>;
}

function firstColumn(columns: HostBatch["inputs"]): HostArray | undefined {
  return Object.values(columns)[0];
}

function classesOf(dataset: Dataset, example: HostBatch): number {
  const width = firstColumn(example.targets)
    ?.shape.slice(1)
    .reduce((size, axis) => size * axis, 1);
  if (width !== undefined && width > 1) return width;
  const largest = dataset.labels?.()?.reduce((most, label) => Math.max(most, label), 0);
  return largest === undefined ? 1 : largest + 1;
}

async function buildModel(
  config: RunConfig,
  { splits, random }: { readonly splits: DataSplits; readonly random: Random },
): Promise<{ readonly model: unknown; readonly weighted: boolean }> {
  const { registry, learningRate } = config;
  const setUp = <K extends Kind>(kind: K, spec: Spec<K>): Roles[K] =>
    setUpPart(kind, spec, { registry, random });
  const example = await splits.train.take(Uint32Array.of(0), Uint32Array.of(0));
  const optimizer = setUp("optimizer", config.optimizer).build(
    learningRate === undefined ? {} : { learningRate },
  );
  const model = setUp("model", config.model).build({
    inputShape: firstColumn(example.inputs)?.shape.slice(1) ?? [],
    classes: classesOf(splits.train, example),
    optimizer,
    seed: random.fork("initial weights").seed(),
  });
  return { model, weighted: example.weights !== undefined };
}

/**
 * Starts the engine of a configuration, loads its data and builds its model; `seed` decides the initial weights.
 * @throws BACKEND_UNAVAILABLE, DATASET_MISSING, DATASET_INVALID, MODEL_UNSUPPORTED, MODEL_NOT_COMPILED
 */
export async function buildLearner(config: RunConfig): Promise<BuiltLearner> {
  const { registry, loss, mask, weightDecay } = config;
  const random = createRandom(config.seed);
  const backend = setUpPart("backend", config.backend, { registry, random });
  const engine = await backend.start();
  try {
    const splits = await loadSplits(config, random);
    const { model, weighted } = await buildModel(config, { splits, random });
    const learner = backend.learner(model, { loss, mask, weightDecay, weighted });
    const dispose = async (): Promise<void> => {
      learner.dispose?.();
      await backend.stop?.();
    };
    return { backend, engine, splits, model, learner, dispose };
  } catch (error) {
    await backend.stop?.();
    throw error;
  }
}
