import type { HostBatch, Replica } from "@unequal/core";
import type { Task } from "./messages.js";
import { replicaFailure } from "./replica-failure.js";
import { sendInOrder } from "./send-in-order.js";
import { splitRequest, type RequestPart } from "./split-request.js";
import type { ThreadGroup } from "./thread-group.js";
import { transferableBuffers } from "./transferable-buffers.js";

type Rows = readonly (HostBatch | undefined)[];

/** Takes the examples of a part on the host, where the threads cannot. */
export type TakePart = (part: RequestPart) => HostBatch | Promise<HostBatch> | undefined;

function takeAll(take: TakePart, parts: readonly RequestPart[]): Rows | Promise<Rows> {
  const rows: ReturnType<TakePart>[] = [];
  try {
    for (const part of parts) rows.push(take(part));
  } catch (error) {
    // what was begun may fail too, and nobody would wait for it
    void Promise.allSettled(rows.map(async (each) => each));
    throw error;
  }
  return rows.some((each) => each instanceof Promise)
    ? Promise.all(rows.map(async (each) => each))
    : (rows as Rows);
}

/** Makes the cell in which the parts of a request agree on a slot. */
function choice(slot: number): SharedArrayBuffer {
  const cell = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(cell)[0] = slot;
  return cell;
}

function post({ threads }: ThreadGroup, task: Task): void {
  const { rows, part } = task;
  threads[part]?.post(task, rows === undefined ? [] : transferableBuffers(rows));
}

/**
 * Makes a replica's `compute` of a group of threads: each request is split among them, and posted at once unless its
 * examples, or those of a request before it, are still being taken.
 */
export function askThreads(group: ThreadGroup, take: TakePart): Replica["compute"] {
  const { threads, requests, publisher } = group;
  const inOrder = sendInOrder();
  return (request) => {
    const failure = group.failure();
    if (failure !== undefined) return Promise.reject(failure);
    if (publisher.slots() === 0)
      return Promise.reject(
        replicaFailure("nothing was published for it to compute at. Call `publish` first."),
      );
    const parts = splitRequest(request, threads.length);
    const { signals } = request;
    const slot = request.parameters === "asked" ? publisher.hold(parts.length) : -1;
    const common = { signals, parts: parts.length, chosen: choice(slot) };
    const { id, answer } = requests.open(parts.length);
    let sent = 0;
    const send = (rows: Rows): void => {
      for (const [part, each] of parts.entries()) {
        if (part < sent) continue;
        const batch = rows[part];
        post(group, { ...common, ...each, id, part, ...(batch && { rows: batch }) });
        sent += 1;
      }
    };
    inOrder(() => takeAll(take, parts), {
      send,
      fail: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        requests.reject(id, replicaFailure(`its examples did not reach it: ${reason}`, error));
        // every part lets go of the parameters once, also one without rows
        send([]);
      },
    });
    return answer;
  };
}
