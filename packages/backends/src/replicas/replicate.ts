import type * as tf from "@tensorflow/tfjs";
import { validateOptions, type Dataset, type Replica, type ReplicaOptions } from "@unequal/core";
import { z } from "zod";
import type { LearnerOptions } from "../models/learner-options.js";
import { replicaOver, type TakeChunk } from "./transport/replica-over.js";
import { copyDataset } from "./copies/copy-dataset.js";
import { copyModel, countNumbers, weightReader } from "./copies/copy-model.js";
import { replicaEngine } from "./threads/replica-engine.js";
import { threadEntry } from "./threads/thread-entry.js";
import { startThreads } from "./threads/thread-transport.js";

const schema = z.strictObject({
  workers: z.int().positive().default(1).describe("threads that share each request"),
  modules: z.array(z.string().min(1)).default([]).describe("modules to import first there"),
});

/** A compiled model, and what its learner was made with. */
export interface ReplicaSource {
  readonly model: tf.LayersModel;
  readonly options: LearnerOptions;
}

/**
 * Copies a model to threads of Node, each with an engine of its own; resolves when they take requests.
 * @throws SCORING_UNAVAILABLE saying what of model, dataset or engine cannot be had twice
 */
export async function replicate(
  { model, options }: ReplicaSource,
  dataset: Dataset,
  { signal, ...given }: ReplicaOptions = {},
): Promise<Replica> {
  const { workers, modules } = validateOptions("replica", schema, given) as z.output<typeof schema>;
  const entry = threadEntry();
  const engine = replicaEngine();
  const copy = copyModel(model, options);
  const read = weightReader(model);
  const examples = await copyDataset(dataset);
  const transport = await startThreads({
    entry,
    engine,
    model: copy,
    dataset: examples,
    modules,
    workers,
    numbers: countNumbers(copy.weights),
    signal,
  });
  const take: TakeChunk =
    examples.kind === "sent" ? ({ ids, keys }) => dataset.take(ids, keys) : () => undefined;
  return replicaOver(transport, { read, take });
}
