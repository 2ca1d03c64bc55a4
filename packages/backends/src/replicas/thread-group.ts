import type { UnequalError } from "@unequal/core";
import type { ThreadData } from "./messages.js";
import { errorOf } from "./problem.js";
import { createPublisher, type ParameterPublisher } from "./publish-parameters.js";
import { replicaFailure } from "./replica-failure.js";
import { startReplicaThread, type ReplicaThread, type ThreadListener } from "./replica-thread.js";
import { createRequestTable, type RequestTable } from "./request-table.js";
import type { ThreadEntry } from "./thread-entry.js";

/** Threads that share each request, and fail together. */
export interface ThreadGroup {
  readonly threads: readonly ReplicaThread[];
  readonly requests: RequestTable;
  readonly publisher: ParameterPublisher;
  /** Why no more is answered, once that is so. */
  readonly failure: () => UnequalError | undefined;
  /** Ends all threads, and rejects what is under way; resolves when they are gone. */
  readonly stop: (reason: UnequalError) => Promise<void>;
}

/** What a group is started with. */
export interface GroupStart extends Pick<ThreadData, "engine" | "model" | "dataset" | "modules"> {
  readonly entry: ThreadEntry;
  readonly workers: number;
  /** How many numbers are published. */
  readonly numbers: number;
  /** Says, once aborted, that nobody waits for the threads any more. */
  readonly signal: AbortSignal | undefined;
}

function createGroup(numbers: number): ThreadGroup & { readonly threads: ReplicaThread[] } {
  const threads: ReplicaThread[] = [];
  let failed: UnequalError | undefined;
  let stopped: Promise<unknown> | undefined;
  const requests = createRequestTable((busy) => threads.forEach((each) => each.keepAlive(busy)));
  const publisher = createPublisher(numbers, (memory) =>
    threads.forEach((thread) => thread.announce(memory)),
  );
  return {
    threads,
    requests,
    publisher,
    failure: () => failed,
    stop: async (reason) => {
      failed ??= reason;
      requests.rejectAll(failed);
      await (stopped ??= Promise.all(threads.map((thread) => thread.stop())));
    },
  };
}

function listener({ requests, stop }: ThreadGroup): ThreadListener {
  return {
    report: (report) => {
      if (report.kind === "answer") requests.answer(report.id, report.part, report.answer);
      else {
        const cause = errorOf(report.problem);
        requests.reject(report.id, replicaFailure(`it failed: ${cause.message}`, cause));
      }
    },
    fail: (error) => void stop(error),
  };
}

/**
 * Starts threads, and waits until all of them take tasks; all are gone if it fails.
 * @throws SCORING_UNAVAILABLE, or the reason of the signal
 */
export async function startThreadGroup({
  entry,
  workers,
  numbers,
  signal,
  ...data
}: GroupStart): Promise<ThreadGroup> {
  const group = createGroup(numbers);
  const { threads, publisher, stop } = group;
  const abort = (): void => void stop(replicaFailure("nobody waits for it any more."));
  signal?.addEventListener("abort", abort);
  try {
    signal?.throwIfAborted();
    const { newest } = publisher;
    for (let worker = 0; worker < workers; worker++)
      threads.push(startReplicaThread(entry, { ...data, newest }, listener(group)));
    await Promise.all(threads.map(({ ready }) => ready));
    signal?.throwIfAborted();
  } catch (error) {
    await stop(replicaFailure("it did not start.", error));
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
  threads.forEach((thread) => thread.keepAlive(false));
  return group;
}
