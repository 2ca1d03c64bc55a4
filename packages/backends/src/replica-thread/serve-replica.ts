import type { MessagePort } from "node:worker_threads";
import { UnequalError, weightProduct, type Learner, type ReplicaAnswer } from "@unequal/core";
import { createLearner } from "../create-learner.js";
import { builtIn } from "../replicas/copies/built-in.js";
import { buildModel, type BuiltModel } from "./build-model.js";
import type { Report, Task, ThreadData } from "../replicas/threads/messages.js";
import { openDataset, type TakeTask } from "./open-dataset.js";
import { problemOf } from "../replicas/threads/problem.js";
import { createReader, type ParameterReader } from "./read-parameters.js";
import { resolveModule } from "./resolve-module.js";
import { startReplicaEngine } from "./start-replica-engine.js";

interface Parts extends BuiltModel {
  readonly learner: Learner;
  readonly take: TakeTask;
  readonly reader: ParameterReader;
}

async function importAll(modules: readonly string[]): Promise<void> {
  for (const module of modules) {
    try {
      await import(/* @vite-ignore */ /* webpackIgnore: true */ resolveModule(module));
    } catch (error) {
      throw new UnequalError(
        "SCORING_UNAVAILABLE",
        `The modules of a replica must import where it runs, but ${module} did not: ${problemOf(error).message}`,
        { cause: error },
      );
    }
  }
}

async function start(data: ThreadData): Promise<Parts> {
  await importAll(data.modules);
  await startReplicaEngine(data.engine);
  const built = await buildModel(data.model);
  return {
    ...built,
    learner: createLearner(built.model, data.model.options),
    take: await openDataset(data.dataset),
    reader: createReader(data.slots),
  };
}

async function answer({ learner, take, reader, write }: Parts, task: Task): Promise<ReplicaAnswer> {
  const started = performance.now();
  const scoredAt = reader.bring(task.slot, write);
  const host = await take(task);
  const weights = weightProduct(host.size, [host.weights, task.weights]);
  const batch = learner.upload({ ...host, weights });
  try {
    const signals = await learner.compute(task.signals, batch);
    return { signals, weights, scoredAt, seconds: (performance.now() - started) / 1000 };
  } finally {
    batch.dispose();
  }
}

function transferred({ signals, weights }: ReplicaAnswer): ArrayBuffer[] {
  return [...new Set([...Object.values(signals), weights].map(({ buffer }) => buffer))].filter(
    (buffer) => buffer instanceof ArrayBuffer,
  );
}

/** Answers the host's tasks on this thread, in the order in which they come, until it is ended. */
export async function serveReplica(): Promise<void> {
  const thread = builtIn("node:worker_threads");
  const host = thread.parentPort as MessagePort;
  const report = (message: Report, transfer: ArrayBuffer[] = []): void =>
    host.postMessage(message, transfer);
  let parts: Parts;
  try {
    parts = await start(thread.workerData as ThreadData);
  } catch (error) {
    report({ kind: "refused", problem: problemOf(error) });
    return;
  }
  const serve = async (task: Task): Promise<void> => {
    const { id } = task;
    try {
      const found = await answer(parts, task);
      report({ kind: "answer", id, answer: found }, transferred(found));
    } catch (error) {
      report({ kind: "failed", id, problem: problemOf(error) });
    }
  };
  let served = Promise.resolve();
  host.on("message", (task: Task) => {
    served = served.then(() => serve(task));
  });
  host.on("messageerror", (error) => {
    throw error;
  });
  report({ kind: "ready" });
}
