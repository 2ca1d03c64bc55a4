import {
  joinFloats,
  type HostBatch,
  type Replica,
  type ReplicaAnswer,
  type ReplicaRequest,
} from "@unequal/core";
import { replicaFailure } from "./replica-failure.js";
import { sendInOrder } from "./send-in-order.js";
import { splitRequest } from "./split-request.js";
import type { Chunk, Transport } from "./transport.js";

type Rows = readonly (HostBatch | undefined)[];

/** Takes the examples of a chunk on the host, where those that compute cannot. */
export type TakeChunk = (chunk: Chunk) => HostBatch | Promise<HostBatch> | undefined;

function takeAll(take: TakeChunk, chunks: readonly Chunk[]): Rows | Promise<Rows> {
  const rows: ReturnType<TakeChunk>[] = [];
  try {
    for (const chunk of chunks) rows.push(take(chunk));
  } catch (error) {
    // what was begun may fail too, and nobody would wait for it
    void Promise.allSettled(rows.map(async (each) => each));
    throw error;
  }
  return rows.some((each) => each instanceof Promise)
    ? Promise.all(rows.map(async (each) => each))
    : (rows as Rows);
}

function joinAnswers(parts: readonly ReplicaAnswer[]): ReplicaAnswer {
  const names = Object.keys(parts[0]?.signals ?? {});
  const join = (name: string): Float32Array =>
    joinFloats(parts.map(({ signals }) => signals[name] ?? new Float32Array()));
  return {
    signals: Object.fromEntries(names.map((name) => [name, join(name)])),
    weights: joinFloats(parts.map(({ weights }) => weights)),
    scoredAt: parts[0]?.scoredAt ?? 0,
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
  };
}

/** Lets promises settle one after the other, in the order given. */
function oneAfterTheOther(): <T>(found: Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (found) => {
    const settled = Promise.allSettled([last, found]).then(() => found);
    last = settled.catch(() => undefined);
    return settled;
  };
}

/** Splits each request, and sends it at once, unless its examples, or those of a request before it, are still being taken. */
function asker(transport: Transport, take: TakeChunk) {
  const inOrder = sendInOrder();
  return async (request: ReplicaRequest): Promise<ReplicaAnswer> => {
    const chunks = splitRequest(request, transport.workers);
    const { answers, send, giveUp } = transport.open(chunks.length);
    inOrder(() => takeAll(take, chunks), {
      send: (rows) =>
        send(chunks.map((chunk, at) => ({ ...chunk, ...(rows[at] && { rows: rows[at] }) }))),
      fail: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        giveUp(replicaFailure(`its examples did not reach it: ${reason}`, error));
      },
    });
    return joinAnswers(await answers);
  };
}

/** Makes a replica of those that a transport leads to; `read` fills in the model's present parameters. */
export function replicaOver(
  transport: Transport,
  { read, take }: { readonly read: (values: Float32Array) => void; readonly take: TakeChunk },
): Replica {
  const ask = asker(transport, take);
  const inTurn = oneAfterTheOther();
  let published = false;
  return {
    publish: (update) => {
      if (transport.failure() !== undefined) return;
      transport.publish(update, read);
      published = true;
    },
    compute: (request) => {
      const failure = transport.failure();
      if (failure !== undefined) return Promise.reject(failure);
      if (published) return inTurn(ask(request));
      return Promise.reject(
        replicaFailure("nothing was published for it to compute at. Call `publish` first."),
      );
    },
    dispose: () =>
      transport.stop(replicaFailure("it is disposed. Make a new one with `replicate`.")),
  };
}
