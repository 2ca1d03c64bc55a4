import type { UnequalError } from "@unequal/core";
import type { Chunk, Ticket, Transport } from "../transport/transport.js";
import type { Task, ThreadData } from "./messages.js";
import { errorOf } from "./problem.js";
import { createPublisher, type ParameterPublisher } from "./publish-parameters.js";
import { replicaFailure } from "../transport/replica-failure.js";
import { startReplicaThread, type ReplicaThread, type ThreadListener } from "./replica-thread.js";
import { createTickets, type Tickets } from "./tickets.js";
import { transferableBuffers } from "./transferable-buffers.js";
import type { ThreadEntry } from "./thread-entry.js";

/** Threads that fail together. */
interface ThreadGroup extends Pick<Transport, "failure" | "stop"> {
  readonly threads: ReplicaThread[];
  readonly tickets: Tickets;
  readonly publisher: ParameterPublisher;
}

/** What threads are started with. */
export interface ThreadsStart extends Pick<ThreadData, "engine" | "model" | "dataset" | "modules"> {
  readonly entry: ThreadEntry;
  readonly workers: number;
  /** How many numbers are published. */
  readonly numbers: number;
  /** Says, once aborted, that nobody waits for the threads any more. */
  readonly signal: AbortSignal | undefined;
}

function createGroup(numbers: number): ThreadGroup {
  const threads: ReplicaThread[] = [];
  let failed: UnequalError | undefined;
  let stopped: Promise<unknown> | undefined;
  const tickets = createTickets((busy) => threads.forEach((each) => each.keepAlive(busy)));
  const publisher = createPublisher(numbers, (memory) =>
    threads.forEach((thread) => thread.announce(memory)),
  );
  return {
    threads,
    tickets,
    publisher,
    failure: () => failed,
    stop: async (reason) => {
      failed ??= reason;
      tickets.rejectAll(failed);
      await (stopped ??= Promise.all(threads.map((thread) => thread.stop())));
    },
  };
}

function listener({ tickets, stop }: ThreadGroup): ThreadListener {
  return {
    report: (report) => {
      if (report.kind === "answer") tickets.answer(report.id, report.answer);
      else {
        const cause = errorOf(report.problem);
        tickets.reject(report.id, replicaFailure(`it failed: ${cause.message}`, cause));
      }
    },
    fail: (error) => void stop(error),
  };
}

/** Makes what opens requests, one chunk for each of the first threads. */
export function openerOf({
  threads,
  tickets,
  publisher,
}: Pick<ThreadGroup, "threads" | "tickets" | "publisher">): Transport["open"] {
  return (chunks): Ticket => {
    const slot = publisher.hold(chunks);
    const { first, answers } = tickets.open(chunks);
    let sent = 0;
    const post = (chunk: Chunk): void => {
      const task: Task = { ...chunk, id: first + sent, slot };
      threads[sent]?.post(task, chunk.rows === undefined ? [] : transferableBuffers(chunk.rows));
      sent += 1;
    };
    return {
      answers,
      send: (all) => all.forEach(post),
      giveUp: (reason) => {
        for (let chunk = 0; chunk < chunks; chunk++) tickets.reject(first + chunk, reason);
        // those that were sent let go of the parameters themselves
        publisher.release(slot, chunks - sent);
        sent = chunks;
      },
    };
  };
}

/**
 * Starts threads, and waits until all of them take tasks; all are gone if it fails.
 * @throws SCORING_UNAVAILABLE, or the reason of the signal
 */
export async function startThreads({
  entry,
  workers,
  numbers,
  signal,
  ...data
}: ThreadsStart): Promise<Transport> {
  const group = createGroup(numbers);
  const { threads, publisher, stop } = group;
  const abort = (): void => void stop(replicaFailure("nobody waits for it any more."));
  signal?.addEventListener("abort", abort);
  try {
    signal?.throwIfAborted();
    for (let worker = 0; worker < workers; worker++)
      threads.push(startReplicaThread(entry, data, listener(group)));
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
  return { ...group, workers, publish: publisher.publish, open: openerOf(group) };
}
