import type { Transferable } from "node:worker_threads";
import { UnequalError } from "@unequal/core";
import { builtIn } from "../copies/built-in.js";
import type { Report, Task, ThreadData } from "./messages.js";
import { errorOf, problemOf } from "./problem.js";
import { replicaFailure } from "../transport/replica-failure.js";
import type { ThreadEntry } from "./thread-entry.js";

/** A thread that computes. */
export interface ReplicaThread {
  /** Resolves when it takes tasks. @throws SCORING_UNAVAILABLE if it never will */
  readonly ready: Promise<void>;
  /** Hands it the memory of a slot. */
  readonly announce: (memory: SharedArrayBuffer) => void;
  readonly post: (task: Task, transfer: readonly Transferable[]) => void;
  /** Says whether the process must live on for it. */
  readonly keepAlive: (wanted: boolean) => void;
  /** Ends it; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/** Is told what a thread says once it is ready. */
export interface ThreadListener {
  readonly report: (report: Extract<Report, { id: number }>) => void;
  /** Is called once, if it ends unasked. */
  readonly fail: (error: UnequalError) => void;
}

function refusal(cause: Error): UnequalError {
  const { message } = cause;
  const known = (cause as { code?: string }).code === "SCORING_UNAVAILABLE";
  const text = `A replica of the model must start, but its thread did not: ${message}${message.endsWith(".") ? "" : "."} Score inline, if that cannot be helped.`;
  return new UnequalError("SCORING_UNAVAILABLE", known ? message : text, { cause });
}

function launch({ file, execArgv }: ThreadEntry, workerData: ThreadData) {
  const { Worker } = builtIn("node:worker_threads");
  try {
    return new Worker(file, { execArgv, workerData, transferList: [workerData.slots] });
  } catch (error) {
    workerData.slots.close();
    // such as data of a portable dataset that cannot be cloned
    throw refusal(errorOf(problemOf(error)));
  }
}

/** A promise that others settle, and that nobody need wait for. */
function deferred() {
  let settle = { resolve: (): void => undefined, reject: (_error: Error): void => undefined };
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  promise.catch(() => undefined);
  return { promise, ...settle };
}

/**
 * Starts a thread.
 * @throws SCORING_UNAVAILABLE
 */
export function startReplicaThread(
  entry: ThreadEntry,
  data: Omit<ThreadData, "slots">,
  listener: ThreadListener,
): ReplicaThread {
  const { port1, port2 } = new (builtIn("node:worker_threads").MessageChannel)();
  const worker = launch(entry, { ...data, slots: port2 });
  const started = deferred();
  let ended = false;
  const end = (what: string, cause?: Error): void => {
    if (ended) return;
    ended = true;
    started.reject(refusal(cause ?? new Error(what)));
    listener.fail(replicaFailure(`${what} Start the run again from its last checkpoint.`, cause));
  };
  worker.on("message", (report: Report) => {
    if (report.kind === "ready") started.resolve();
    else if (report.kind === "refused") started.reject(refusal(errorOf(report.problem)));
    else listener.report(report);
  });
  worker.on("error", (thrown: unknown) => {
    const error = errorOf(problemOf(thrown));
    end(`its thread ended with: ${error.message}.`, error);
  });
  worker.on("messageerror", (error) => end("its message could not be read.", error));
  worker.on("exit", (code) => end(`its thread ended (exit code ${code}).`));
  return {
    ready: started.promise,
    announce: (memory) => port1.postMessage(memory),
    post: (task, transfer) => worker.postMessage(task, [...transfer]),
    keepAlive: (wanted) => (wanted ? worker.ref() : worker.unref()),
    stop: async () => {
      ended = true;
      started.reject(refusal(new Error("it, or another of its group, was ended.")));
      worker.ref();
      await worker.terminate();
      port1.close();
    },
  };
}
