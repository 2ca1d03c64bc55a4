import { expect, test } from "vitest";
import type { Replica } from "../../contracts/replica.js";
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

function requestsOf(make: (signal: AbortSignal) => Promise<Replica>, timeout = 60) {
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  return { failures, requests: createReplicaRequests({ make, timeout, failed }) };
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

/** Makes a replica never, unless it is told that nobody wants it: then it fails. */
function hanging(signal: AbortSignal): Promise<Replica> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("it is not wanted")));
  });
}

test("one that is not there in time is told that nobody wants it", async () => {
  let told: AbortSignal | undefined;
  const { requests } = requestsOf((signal) => hanging((told = signal)), 0.01);
  await expect(requests.start()).rejects.toThrow(
    expect.objectContaining({ code: "SCORING_FAILED" }),
  );
  expect(told?.aborted).toBe(true);
  expect(requests.replica()).toBe("none");
  await requests.end();
});

test("an end does not wait for a start that gives up, which is no failure of it", async () => {
  const { requests } = requestsOf(hanging);
  const started = requests.start();
  expect(requests.replica()).toBe("starting");
  await requests.end();
  await started;
  expect(requests.replica()).toBe("none");
});

test("one that is made in spite of that is ended when it is there", async () => {
  const made = deferred<Replica>();
  const { requests } = requestsOf(() => made.promise, 0.01);
  await expect(requests.start()).rejects.toThrow("0.01 s");
  await requests.end();
  const disposed = new Promise<void>((resolve) =>
    made.resolve(replicaOf({ dispose: async () => resolve() })),
  );
  await disposed;
  expect(requests.replica()).toBe("none");
});

/** Asks for scores of one example. */
const request = (id: number) => ({
  ids: Uint32Array.of(id),
  keys: Uint32Array.of(0),
  signals: ["loss"],
  scoredAt: 0,
});

test("what its end cuts off did not fail", async () => {
  const answer = deferred<never>();
  const dispose = async (): Promise<void> => answer.reject(new Error("it is disposed"));
  const { requests, failures } = requestsOf(async () =>
    replicaOf({ compute: () => answer.promise, dispose }),
  );
  await requests.start();
  const asked = requests.ask(request(1));
  const taken = asked.answer();
  await requests.end();
  expect(await taken).toBeUndefined();
  expect(await asked.answer()).toBeUndefined();
  expect(failures).toEqual([]);
});

test("the first failure is told, and ends it", async () => {
  const { requests, failures } = requestsOf(async () =>
    replicaOf({ compute: ({ ids }) => Promise.reject(new Error(`failure ${ids[0]}`)) }),
  );
  await requests.start();
  const asked = [1, 2].map((id) => requests.ask(request(id)));
  expect(await Promise.all(asked.map(({ answer }) => answer()))).toEqual(
    asked.map(() => undefined),
  );
  expect(failures).toEqual([new Error("failure 1")]);
  expect(requests.replica()).toBe("none");
});

test("an answer can be waited for more than once, and taken up from another run", async () => {
  const found = { signals: {}, weights: new Float32Array(1), scoredAt: 3, seconds: 0 };
  const { requests } = requestsOf(async () => replicaOf({ compute: async () => found }));
  expect(await requests.ask(request(1)).answer()).toBeUndefined();
  await requests.start();
  const asked = requests.ask(request(1));
  expect([await asked.answer(), await asked.answer()]).toEqual([found, found]);
  expect(await requests.asked(found).answer()).toBe(found);
  expect(await requests.asked(undefined).answer()).toBeUndefined();
  await requests.end();
  expect(await requests.asked(found).answer()).toBeUndefined();
});
