import { Worker, MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { createPublisher } from "./publish-parameters.js";
import { createReader } from "../../replica-thread/read-parameters.js";

const LENGTH = 20_000;

function setUp() {
  const { port1, port2 } = new MessageChannel();
  const publisher = createPublisher(4, (memory) => port1.postMessage(memory));
  const reader = createReader(port2);
  const publish = (update: number): void =>
    publisher.publish(update, (values) => values.fill(update));
  return { publisher, reader, publish };
}

test("a reader copies what it has not got yet", () => {
  const { publisher, reader, publish } = setUp();
  const found: number[][] = [];
  const bring = (): number => reader.bring(publisher.hold(1), (values) => found.push([...values]));
  publish(5);
  expect([bring(), bring()]).toEqual([5, 5]);
  publish(5);
  publish(7);
  expect(bring()).toBe(7);
  // published twice as 7: other values, it may be
  publish(7);
  bring();
  expect(found).toEqual([5, 7, 7].map((update) => new Array<number>(4).fill(update)));
});

test("what is held stays, however much is published, and its room is used again", () => {
  const { publisher, reader, publish } = setUp();
  const held: number[] = [];
  for (let update = 0; update < 4; update++) {
    publish(update);
    held.push(publisher.hold(1));
  }
  for (let update = 4; update < 20; update++) publish(update);
  expect(publisher.slots()).toBe(6);
  held.forEach((slot, update) => {
    let values: number[] = [];
    expect(reader.bring(slot, (read) => (values = [...read]))).toBe(update);
    expect(values).toEqual(new Array(4).fill(update));
  });
  for (let update = 20; update < 40; update++) publish(update);
  expect(publisher.slots()).toBe(6);
});

test("what is held for several stays until the last of them has read it, or will not", () => {
  const { publisher, reader, publish } = setUp();
  publish(1);
  const slot = publisher.hold(3);
  for (let update = 2; update < 10; update++) publish(update);
  expect([slot, slot].map((held) => reader.bring(held, () => undefined))).toEqual([1, 1]);
  const slots = publisher.slots();
  publisher.release(slot, 1);
  for (let update = 10; update < 20; update++) publish(update);
  expect(publisher.slots()).toBe(slots);
});

const READER = new URL("../../../dist/replica-thread/read-parameters.js", import.meta.url).href;
const HAMMER = `
  const { parentPort, workerData: { slots } } = require("node:worker_threads");
  import(${JSON.stringify(READER)}).then(({ createReader }) => {
    const reader = createReader(slots);
    let torn = 0, reads = 0;
    const read = (slot) => {
      let first;
      const update = reader.bring(slot, (values) => {
        reads += 1;
        first = values[0];
        if (!values.every((value) => value === first)) torn += 1;
      });
      if (first !== undefined && first !== update) torn += 1;
    };
    parentPort.on("message", (message) => {
      if (message === "end") return parentPort.postMessage({ torn, reads });
      read(message);
    });
    parentPort.postMessage("ready");
  });`;

test("no copy is torn while threads read and the host publishes and holds", async () => {
  const threads = 2;
  const channels = Array.from({ length: threads }, () => new MessageChannel());
  const publisher = createPublisher(LENGTH, (memory) =>
    channels.forEach(({ port1 }) => port1.postMessage(memory)),
  );
  const workers = channels.map(
    ({ port2: slots }) =>
      new Worker(HAMMER, {
        eval: true,
        execArgv: [],
        workerData: { slots },
        transferList: [slots],
      }),
  );
  const next = (worker: Worker) =>
    new Promise<{ torn: number; reads: number }>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  await Promise.all(workers.map(next));
  for (let update = 1; update <= 3000; update++) {
    publisher.publish(update, (values) => values.fill(update));
    if (update % 3 > 0) continue;
    const slot = publisher.hold(threads);
    for (const worker of workers) worker.postMessage(slot);
    if (update % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const results = await Promise.all(
    workers.map((worker) => {
      const result = next(worker);
      worker.postMessage("end");
      return result;
    }),
  );
  await Promise.all(workers.map((worker) => worker.terminate()));
  for (const { torn, reads } of results) {
    expect(torn).toBe(0);
    expect(reads).toBeGreaterThan(100);
  }
  const settled = publisher.slots();
  for (let update = 1; update < 50; update++) publisher.publish(update, () => undefined);
  expect(publisher.slots()).toBe(settled);
});
