import { expect, test, vi } from "vitest";
import { request } from "../../testing/replica-fixtures.js";
import { askThreads, type TakePart } from "./ask-threads.js";
import type { Task } from "./messages.js";
import { createPublisher } from "./publish-parameters.js";
import type { ReplicaThread } from "./replica-thread.js";
import { createRequestTable } from "./request-table.js";

/** Two threads that keep their tasks. */
function setUp(take: TakePart) {
  const tasks: Task[] = [];
  const thread: ReplicaThread = {
    ready: Promise.resolve(),
    announce: () => {},
    post: (task, transfer) => void tasks.push(structuredClone(task, { transfer: [...transfer] })),
    keepAlive: () => {},
    stop: () => Promise.resolve(),
  };
  const publisher = createPublisher(4, () => {});
  const group = {
    threads: [thread, thread],
    requests: createRequestTable(() => {}),
    publisher,
    failure: () => undefined,
    stop: () => Promise.resolve(),
  };
  const publish = (version: number): void =>
    publisher.publish(version, (values) => values.fill(version));
  publish(0);
  return { tasks, publisher, publish, compute: askThreads(group, take) };
}

test("where taking one part throws, the failure of another is handled too", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { compute } = setUp(({ ids }) => {
    if (ids[0] === 2) throw new Error("two");
    return Promise.reject(new Error("one"));
  });
  await expect(compute(request("asked", Uint32Array.of(1, 2)))).rejects.toThrow("two");
  await new Promise((resolve) => setTimeout(resolve));
  expect(unhandled).not.toHaveBeenCalled();
  process.off("unhandledRejection", unhandled);
});
