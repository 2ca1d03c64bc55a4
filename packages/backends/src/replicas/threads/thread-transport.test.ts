import { MessageChannel } from "node:worker_threads";
import type { HostBatch } from "@unequal/core";
import { expect, test, vi } from "vitest";
import { mlpDataset, request } from "../../../testing/replica-fixtures.js";
import { createReader } from "../../replica-thread/read-parameters.js";
import { replicaOver, type TakeChunk } from "../transport/replica-over.js";
import type { Task } from "./messages.js";
import { createPublisher } from "./publish-parameters.js";
import type { ReplicaThread } from "./replica-thread.js";
import { openerOf } from "./thread-transport.js";
import { createTickets } from "./tickets.js";

/** Two threads that keep their tasks. */
function setUp(take: TakeChunk) {
  const tasks: Task[] = [];
  const thread: ReplicaThread = {
    ready: Promise.resolve(),
    announce: () => {},
    post: (task, transfer) => {
      tasks.push(structuredClone(task, { transfer: [...transfer] }));
    },
    keepAlive: () => {},
    stop: () => Promise.resolve(),
  };
  const { port1, port2 } = new MessageChannel();
  const publisher = createPublisher(4, (memory) => port1.postMessage(memory));
  const reader = createReader(port2);
  const group = { threads: [thread, thread], tickets: createTickets(() => {}), publisher };
  let update = 0;
  const replica = replicaOver(
    {
      workers: 2,
      publish: publisher.publish,
      open: openerOf(group),
      failure: () => undefined,
      stop: () => Promise.resolve(),
    },
    { read: (values) => values.fill(update), take },
  );
  const publish = (now: number): void => {
    update = now;
    replica.publish(now);
  };
  publish(0);
  const work = (): void => tasks.splice(0).forEach(({ slot }) => reader.bring(slot, () => {}));
  return { publisher, publish, work, compute: replica.compute };
}

test("where taking one chunk throws, the failure of another is handled too", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { compute } = setUp(({ ids }) => {
    if (ids[0] === 2) throw new Error("two");
    return Promise.reject(new Error("one"));
  });
  await expect(compute(request(Uint32Array.of(1, 2)))).rejects.toThrow("two");
  await new Promise((resolve) => setTimeout(resolve));
  expect(unhandled).not.toHaveBeenCalled();
  process.off("unhandledRejection", unhandled);
});

test("parameters are let go where examples cannot be taken or sent", async () => {
  const dataset = mlpDataset();
  const { publisher, publish, work, compute } = setUp((chunk) => {
    if (chunk.ids[0] === 9) throw new Error("nine");
    const rows = dataset.take(chunk.ids, chunk.keys) as HostBatch;
    return chunk.ids[0] === 8 ? { ...rows, targets: [() => 1] as unknown as [] } : rows;
  });
  for (let update = 1; update < 20; update++) {
    publish(update);
    for (const other of [8, 9]) {
      const failed = expect.objectContaining({ code: "SCORING_FAILED" }) as Error;
      await expect(compute(request(Uint32Array.of(1, other)))).rejects.toThrow(failed);
    }
    work();
  }
  expect(publisher.slots()).toBe(2);
});
