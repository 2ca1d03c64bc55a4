import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { rows } from "./rows.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

async function contents(
  source: Parameters<typeof rows>[0],
  options = {},
): Promise<{ x: number[]; y: number[]; shape: readonly number[] }> {
  const dataset = await rows(source, options);
  const all = Uint32Array.from({ length: dataset.size }, (_, id) => id);
  const batch = await dataset.take(all, new Uint32Array(dataset.size));
  const [x] = Object.values(batch.inputs);
  const [y] = Object.values(batch.targets);
  return { x: [...(x?.data ?? [])], y: [...(y?.data ?? [])], shape: x?.shape ?? [] };
}

const expected = { x: [1, 2, 3, 4, 5, 6], y: [0, 1, 0], shape: [3, 2] };

test("reads an array of rows, as pairs or objects", async () => {
  expect(
    await contents([
      [[1, 2], 0],
      [[3, 4], 1],
      [[5, 6], 0],
    ]),
  ).toEqual(expected);
  expect(
    await contents([
      { xs: Float32Array.of(1, 2), ys: 0 },
      { xs: [3, 4], ys: 1 },
      { xs: [5, 6], ys: 0 },
    ]),
  ).toEqual(expected);
});

test("reads an asynchronous generator", async () => {
  async function* source(): AsyncGenerator {
    for (let at = 0; at < 3; at++) yield await Promise.resolve([[2 * at + 1, 2 * at + 2], at % 2]);
  }
  expect(await contents(source())).toEqual(expected);
});

test("reads a tf.data.Dataset, of rows and of batches, and frees its tensors", async () => {
  const zipped = () =>
    tf.data.zip({
      xs: tf.data.array([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      ys: tf.data.array([0, 1, 0]),
    });
  const before = tf.memory().numTensors;
  expect(await contents(zipped() as never)).toEqual(expected);
  expect(
    await contents(zipped().batch(2) as never, { form: { inputs: [{ name: "x", shape: [2] }] } }),
  ).toEqual(expected);
  expect(tf.memory().numTensors).toBe(before);
});

test("reads several columns in order, and weights", async () => {
  const dataset = await rows([
    { xs: [Float32Array.of(1, 2), [3]], ys: 0, sampleWeights: 2 },
    [[Float32Array.of(4, 5), [6]], 1, 3],
  ]);
  const { inputs, weights } = await dataset.take(Uint32Array.of(1, 0), new Uint32Array(2));
  expect(Object.values(inputs).map(({ data }) => [...data])).toEqual([
    [4, 5, 1, 2],
    [6, 3],
  ]);
  expect(Array.isArray(inputs)).toBe(true);
  expect([...(weights ?? [])]).toEqual([3, 2]);
});

test("reads so many batches and closes the stream", async () => {
  let [read, closed] = [0, false];
  function* source(): Generator {
    try {
      for (;;) yield [[read++], 0];
    } finally {
      closed = true;
    }
  }
  expect((await rows(source(), { batches: { count: 2, size: 3 } })).size).toBe(6);
  expect([read, closed]).toEqual([6, true]);
});

test("leaves the tensors of a plain iterable to their owner", async () => {
  const x = tf.tensor1d([1, 2]);
  await rows([{ xs: x, ys: 0 }]);
  expect(x.isDisposed).toBe(false);
  x.dispose();
});

function* endless(): Generator {
  for (;;) yield [[1], 0];
}

test.each([
  [
    "DATASET_INVALID",
    /row 1 has \[1\] after \[2\]/,
    () =>
      rows([
        [[1, 2], 0],
        [[1], 0],
      ]),
  ],
  ["DATASET_INVALID", /has no targets/, () => rows([{ xs: [1] }])],
  ["DATASET_INVALID", /Element 0 .* has no inputs/, () => rows([null])],
  ["DATASET_INVALID", /Element 0 .* has no targets/, () => rows([[[1], null]])],
  [
    "DATASET_INVALID",
    /Element 1 .* holds 4 parts/,
    () =>
      rows([
        [[1], 0],
        [[1], 0, 1, 1],
      ]),
  ],
  ["DATASET_INVALID", /must come as/, () => rows(null as never)],
  ["DATASET_INVALID", /must come as .* number/, () => rows(3 as never)],
  [
    "DATASET_INVALID",
    /row 1 has \(b\) after \(a\)/,
    () =>
      rows([
        { xs: [1], ys: { a: 1 } },
        { xs: [1], ys: { b: 1 } },
      ]),
  ],
  ["OPTION_INVALID", /"limits" \(did you mean "limit"/, () => rows([], { limits: 3 } as never)],
  ["DATASET_EMPTY", /ended at once/, () => rows([])],
  [
    "DATASET_TOO_LARGE",
    /within 100 rows, .*batchesPerEpoch/,
    () => rows(endless(), { limit: 100 }),
  ],
])("%s: %s", async (code, message, run) => {
  await expect(run()).rejects.toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
  );
});
