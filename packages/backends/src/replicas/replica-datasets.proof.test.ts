import { setUpPart, type Dataset, type HostBatch } from "@unequal/core";
import { afterEach, beforeAll, expect, test } from "vitest";
import {
  computed,
  expectSame,
  mlp,
  mlpDataset,
  moduleOf,
  request,
  train,
} from "../../testing/replica-fixtures.js";
import { wasm } from "../engines/wasm.js";
import { createLearner } from "../create-learner.js";
import { copyDataset } from "./copies/copy-dataset.js";

const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  await setUpPart("backend", wasm()).start();
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function replicaOf(dataset: Dataset, workers = 1) {
  const learner = createLearner(mlp());
  const replica = (await learner.replicate?.(dataset, { workers })) ?? expect.fail();
  ends.push(replica.dispose);
  replica.publish(1);
  return { learner, replica };
}

const failed = expect.objectContaining({ code: "SCORING_FAILED" }) as Error;

/** Rows of numbers that follow from id and key; their weight counts the tensors of the thread that made them. */
const PORTABLE = moduleOf(`
  export default async ({ size, factor }) => ({
    size,
    take: (ids, keys) => {
      if (ids.includes(13)) throw new TypeError("thirteen");
      const rows = (width) => ({
        shape: [ids.length, width],
        dtype: "float32",
        data: Float32Array.from({ length: ids.length * width }, (_, at) => {
          const row = Math.floor(at / width);
          return Math.sin(factor[0] * (1 + ids[row] + 100 * keys[row] + at % width));
        }),
      });
      const weights = new Float32Array(ids.length).fill(tf.memory().numTensors);
      return { size: ids.length, inputs: [rows(4)], targets: [rows(3)], weights };
    },
  });`);

test("a portable dataset is made anew where it is used", async () => {
  const factor = new Float32Array(new SharedArrayBuffer(4)).fill(0.5);
  const { default: make } = (await import(/* @vite-ignore */ PORTABLE)) as {
    default: (data: unknown) => Promise<Dataset>;
  };
  const data = { size: 40, factor };
  const own = await make(data);
  const take = (): never => expect.fail("the host need not load what the thread can");
  const dataset = { ...own, take, portable: { module: PORTABLE, data } };
  const { learner, replica } = await replicaOf(dataset, 2);
  const keys = Uint32Array.from(request().ids, (_, row) => row);
  const asked = { ...request(), keys };
  const weights = new Float32Array(keys.length);
  const plain = async (id: Uint32Array, key: Uint32Array): Promise<HostBatch> => {
    const { inputs, targets, size } = await own.take(id, key);
    return { inputs, targets, size };
  };
  const found = await replica.compute({ ...asked, signals: ["probabilities"] });
  const wanted = await computed(learner, { ...own, take: plain }, asked);
  expect(found.signals.probabilities).toEqual(wanted.probabilities);
  for (let round = 0; round < 3; round++) {
    replica.publish(round);
    const bad = replica.compute(request(Uint32Array.of(1, 2, 13)));
    const good = replica.compute({ ...asked, weights: weights.fill(2) });
    await expect(bad).rejects.toThrow(failed);
    await expect(bad).rejects.toThrow("thirteen");
    // no tensor is left of what failed or of what was answered
    expect((await good).weights).toEqual(found.weights.map((count) => 2 * count));
  }
});

test("a portable dataset must be what it is on the host, and fit to be sent", async () => {
  const learner = createLearner(mlp());
  const replicate = (portable: Dataset["portable"] & object) =>
    learner.replicate?.({ ...mlpDataset(), fixed: false, portable });
  const refused = expect.objectContaining({ code: "SCORING_UNAVAILABLE" }) as Error;
  const data = { size: 41, factor: [1] };
  await expect(replicate({ module: PORTABLE, data })).rejects.toThrow(refused);
  await expect(replicate({ module: PORTABLE, data })).rejects.toThrow("41");
  await expect(replicate({ module: moduleOf(""), data })).rejects.toThrow("default export");
  await expect(replicate({ module: PORTABLE, data: () => 1 })).rejects.toThrow(refused);
});

test("examples of another dataset are sent when asked for, in the order asked", async () => {
  const fixed = mlpDataset({ weighted: true });
  let calls = 0;
  const take: Dataset["take"] = async (ids, keys) => {
    // the first to be taken is the last to come
    await new Promise((resolve) => setTimeout(resolve, (calls += 1) === 1 ? 50 : 0));
    if (ids[0] === 9) throw new TypeError("nine");
    return fixed.take(ids, keys);
  };
  const { learner, replica } = await replicaOf({ size: fixed.size, take });
  const order: number[] = [];
  const answers = [
    request(),
    request(Uint32Array.of(9)),
    request(Uint32Array.of(9, 8)),
    request(),
  ].map((each) => replica.compute(each));
  answers.forEach((answer, at) => {
    const note = (): void => void order.push(at);
    answer.then(note, note);
  });
  await train(learner, fixed, 1);
  replica.publish(2);
  const wanted = await computed(learner, fixed);
  await expect(answers[1]).rejects.toThrow("nine");
  await expect(answers[2]).rejects.toThrow(failed);
  const after = await replica.compute(request());
  expect(order).toEqual([0, 1, 2, 3]);
  expectSame(after, wanted);
  const [first, last] = [await answers[0], await answers[3]];
  expect({ ...first, seconds: 0 }).toEqual({ ...last, seconds: 0 });
  expect(first?.scoredAt).toBe(1);
});

test("what throws, or cannot be sent, fails its own request", async () => {
  const fixed = mlpDataset();
  const { learner, replica } = await replicaOf(
    {
      size: fixed.size,
      take: (ids, keys) => {
        if (ids[0] === 9) throw new TypeError("nine");
        const rows = fixed.take(ids, keys) as HostBatch;
        return ids[0] === 8 ? { ...rows, targets: [() => 1] as unknown as [] } : rows;
      },
    },
    2,
  );
  await expect(replica.compute(request(Uint32Array.of(9, 9)))).rejects.toThrow("nine");
  await expect(replica.compute(request(Uint32Array.of(1, 8)))).rejects.toThrow(failed);
  const wanted = await computed(learner, fixed);
  expect((await replica.compute(request())).signals.probabilities).toEqual(wanted.probabilities);
});

test("a dataset of integer columns by name, some of whose chunks have weights, is shared", async () => {
  const model = mlp();
  const take: Dataset["take"] = (ids) => ({
    size: ids.length,
    inputs: {
      [model.inputNames[0] ?? ""]: {
        data: Uint8Array.from({ length: 4 * ids.length }, (_, at) => (ids[at >> 2] ?? 0) + at),
        shape: [ids.length, 4],
        dtype: "float32",
      },
    },
    targets: [{ data: new Int32Array(3 * ids.length), shape: [ids.length, 3], dtype: "int32" }],
    ...(ids.includes(1100) && { weights: Float32Array.from(ids, (id) => id) }),
  });
  const replica = await createLearner(model).replicate?.({ size: 1500, fixed: true, take });
  replica?.publish(0);
  const asked = request(Uint32Array.of(1100, 5, 1499));
  expect((await replica?.compute(asked))?.weights).toEqual(Float32Array.of(1100, 1, 1499));
  await replica?.dispose();
});

test("a fixed dataset for which there is no room, or whose rows are unlike, is not shared", async () => {
  const { take } = mlpDataset();
  const first: Dataset["take"] = (ids, keys) => take(new Uint32Array(ids.length), keys);
  expect(await copyDataset({ size: 2 ** 40, fixed: true, take: first })).toEqual({ kind: "sent" });
  const unlike: Dataset["take"] = (ids, keys) => {
    const rows = first(ids, keys) as HostBatch;
    return ids[0] === 0 ? rows : { ...rows, inputs: rows.targets };
  };
  const portable = { module: PORTABLE, data: 1 };
  expect(await copyDataset({ size: 2000, fixed: true, take: unlike, portable })).toEqual({
    kind: "portable",
    size: 2000,
    ...portable,
  });
});
