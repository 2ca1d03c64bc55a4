import { expect, test } from "vitest";
import type { Replica } from "../contracts/replica.js";
import { createReplicaRequests } from "./replica-requests.js";

/** Lets what is ready to go on do so. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function deferred<T>() {
  let settle = { resolve: (_value: T): void => {}, reject: (_error: Error): void => {} };
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...settle };
}

function replicaOf(parts: Partial<Replica> = {}): Replica {
  return {
    publish: () => {},
    compute: () => expect.fail("nothing was asked"),
    dispose: () => Promise.resolve(),
    ...parts,
  };
}

function requestsOf(make: () => Promise<Replica>, timeout = 60) {
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  return { failures, requests: createReplicaRequests({ make, timeout, failed, exact: true }) };
}

test("whoever ends it waits until nothing of it is left", async () => {
  const gone = deferred<void>();
  let disposals = 0;
  const dispose = (): Promise<void> => {
    disposals += 1;
    return gone.promise;
  };
  const { requests } = requestsOf(async () => replicaOf({ dispose }));
  await requests.start();
  const ended: number[] = [];
  const ends = [0, 1].map((at) => requests.end().then(() => ended.push(at)));
  await turn();
  expect(ended).toEqual([]);
  gone.resolve();
  await Promise.all(ends);
  expect(disposals).toBe(1);
  expect(requests.replica()).toBe("none");
});
