import { Worker, MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { createPublisher } from "./publish-parameters.js";
import { createReader } from "../../replica-thread/read-parameters.js";

const LENGTH = 20_000;

function setUp() {
  const { port1, port2 } = new MessageChannel();
  const publisher = createPublisher(4, (memory) => port1.postMessage(memory));
  const reader = createReader(publisher.newest, port2);
  const publish = (update: number): void =>
    publisher.publish(update, (values) => values.fill(update));
  return { publisher, reader, publish };
}

function task(slot: number, chunks = 1) {
  const chosen = new SharedArrayBuffer(4);
  new Int32Array(chosen)[0] = slot;
  return { chosen, chunks };
}

test("a reader finds the newest, and copies what it has not got yet", () => {
  const { reader, publish } = setUp();
  const found: number[][] = [];
  const bring = (): number => reader.bring(task(-1), (values) => found.push([...values]));
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
  expect(publisher.hold(1)).toBe(-1);
  const held: number[] = [];
  for (let update = 0; update < 4; update++) {
    publish(update);
    held.push(publisher.hold(1));
  }
  for (let update = 4; update < 20; update++) publish(update);
  expect(publisher.slots()).toBe(6);
  held.forEach((slot, update) => {
    let values: number[] = [];
    expect(reader.bring(task(slot), (read) => (values = [...read]))).toBe(update);
    expect(values).toEqual(new Array(4).fill(update));
  });
  for (let update = 20; update < 40; update++) publish(update);
  expect(publisher.slots()).toBe(6);
});

test("all chunks of a request read the parameters that the first to begin found", () => {
  const { publisher, reader, publish } = setUp();
  publish(1);
  const shared = task(-1, 3);
  expect(reader.bring(shared, () => undefined)).toBe(1);
  for (let update = 2; update < 10; update++) publish(update);
  expect(reader.bring(shared, () => undefined)).toBe(1);
  expect(reader.bring(shared, () => undefined)).toBe(1);
  const slots = publisher.slots();
  for (let update = 10; update < 20; update++) publish(update);
  expect(publisher.slots()).toBe(slots);
});

const READER = new URL("../../../dist/replica-thread/read-parameters.js", import.meta.url).href;
const HAMMER = `
  const { parentPort, workerData: { newest, slots, shared, chunks } } = require("node:worker_threads");
  import(${JSON.stringify(READER)}).then(({ createReader }) => {
    const reader = createReader(newest, slots);
    let torn = 0, reads = 0;
    const read = (task) => {
      let first;
      const update = reader.bring(task, (values) => {
        reads += 1;
        first = values[0];
        if (!values.every((value) => value === first)) torn += 1;
      });
      if (first !== undefined && first !== update) torn += 1;
    };
    const chosen = () => { const cell = new SharedArrayBuffer(4); new Int32Array(cell)[0] = -1; return cell; };
    parentPort.on("message", (message) => {
      if (message === "end") return parentPort.postMessage({ torn, reads });
      for (let i = 0; i < 20; i++) read({ chosen: chosen(), chunks: 1 });
      read({ chosen: message, chunks });
    });
    parentPort.postMessage("ready");
  });`;

test("no copy is torn while threads read and the host publishes and holds", async () => {
  const threads = 2;
  const channels = Array.from({ length: threads }, () => new MessageChannel());
  const publisher = createPublisher(LENGTH, (memory) =>
    channels.forEach(({ port1 }) => port1.postMessage(memory)),
  );
  const { newest } = publisher;
  const workers = channels.map(
    ({ port2: slots }) =>
      new Worker(HAMMER, {
        eval: true,
        execArgv: [],
        workerData: { newest, slots, chunks: threads },
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
    if (update % 10 > 0) continue;
    const cell = new SharedArrayBuffer(4);
    new Int32Array(cell)[0] = update % 20 === 0 ? publisher.hold(threads) : -1;
    for (const worker of workers) worker.postMessage(cell);
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
