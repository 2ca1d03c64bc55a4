import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { arrays } from "./arrays.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const keys = new Uint32Array(2);
const ids = Uint32Array.of(2, 0);

function column(
  columns: unknown,
  at: number | string = 0,
): { data: number[]; shape: number[]; dtype: string } {
  const { data, shape, dtype } = (
    columns as Record<string, { data: Iterable<number>; shape: number[]; dtype: string }>
  )[at] ?? { data: [], shape: [], dtype: "" };
  return { data: [...data], shape, dtype };
}

describe("a column may be", () => {
  const rows = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  test.each([
    ["nested arrays", rows],
    ["a tensor", () => tf.tensor2d(rows)],
    ["a flat typed array", Float32Array.from(rows.flat())],
    ["a Float64Array", Float64Array.from(rows.flat())],
    ["data with a shape", { data: Float32Array.from(rows.flat()), shape: [3, 2] }],
  ])("%s", async (_, given) => {
    const dataset = arrays(typeof given === "function" ? given() : given, [0, 1, 1]);
    const batch = await dataset.take(ids, keys);
    expect(dataset.size).toBe(3);
    expect(column(batch.inputs)).toEqual({ data: [5, 6, 1, 2], shape: [2, 2], dtype: "float32" });
    expect(column(batch.targets)).toEqual({ data: [1, 0], shape: [2], dtype: "float32" });
  });

  test("integers stay integers, and images keep their shape", async () => {
    const images = tf.reshape(tf.range(0, 12, 1, "int32"), [3, 2, 2, 1]);
    const batch = await arrays(images, Int32Array.of(0, 1, 2)).take(ids, keys);
    expect(column(batch.inputs)).toEqual({
      data: [8, 9, 10, 11, 0, 1, 2, 3],
      shape: [2, 2, 2, 1],
      dtype: "int32",
    });
    expect(column(batch.targets).dtype).toBe("int32");
  });

  test("several, in order or by name", async () => {
    const listed = await arrays([tf.tensor2d(rows), tf.tensor1d([7, 8, 9])], [0, 1, 1]).take(
      ids,
      keys,
    );
    expect(column(listed.inputs, 1).data).toEqual([9, 7]);
    const named = await arrays({ a: rows, b: [[7], [8], [9]] }, { y: [0, 1, 1] }).take(ids, keys);
    expect(column(named.inputs, "b")).toMatchObject({ data: [9, 7], shape: [2, 1] });
    expect(column(named.targets, "y").data).toEqual([1, 0]);
  });
});

test("labels are read off one-hot rows and whole numbers, and off nothing else", () => {
  const x = [[1], [2], [3]];
  expect([
    ...(arrays(x, [
      [0, 1],
      [1, 0],
      [0, 1],
    ]).labels?.() ?? []),
  ]).toEqual([1, 0, 1]);
  expect([...(arrays(x, [[4], [0], [2]]).labels?.() ?? [])]).toEqual([4, 0, 2]);
  expect(arrays(x, [0.5, 1, 2]).labels?.()).toBeUndefined();
  expect(
    arrays(x, [
      [0.5, 0.5],
      [1, 0],
      [0, 1],
    ]).labels?.(),
  ).toBeUndefined();
  expect(
    arrays(x, [
      [1, 1],
      [1, 0],
      [0, 1],
    ]).labels?.(),
  ).toBeUndefined();
});

test("labels of smoothed one-hot rows are those of the largest shares", () => {
  const smooth = [
    [0.05, 0.9, 0.05],
    [0.9, 0.05, 0.05],
  ];
  expect([...(arrays([[1], [2]], smooth).labels?.() ?? [])]).toEqual([1, 0]);
  for (const row of [
    [0.4, 0.4, 0.2],
    [1.2, -0.1, -0.1],
    [0.9, 0, 0],
  ])
    expect(arrays([[1]], [row]).labels?.()).toBeUndefined();
});

test("columns are picked by a form, in the model's order, with the axes that it has", async () => {
  const form = {
    inputs: [
      { name: "a", shape: [1] },
      { name: "b", shape: [null, 2] },
    ],
    targets: [{ name: "y", shape: [1] }],
  };
  const [a, b] = [
    [7, 8],
    [[[1, 2]], [[3, 4]]],
  ];
  for (const x of [{ b, other: a, a }, [a, b]]) {
    const batch = await arrays(x, [0, 1], { form }).take(Uint32Array.of(1), keys);
    expect(column(batch.inputs, 0)).toMatchObject({ data: [8], shape: [1, 1] });
    expect(column(batch.inputs, 1)).toMatchObject({ data: [3, 4], shape: [1, 1, 2] });
    expect(column(batch.targets, 0)).toMatchObject({ data: [1], shape: [1, 1] });
  }
});

test("sample and class weights multiply", async () => {
  const dataset = arrays([[1], [2], [3]], [0, 1, 1], {
    sampleWeight: [1, 2, 3],
    classWeight: { 1: 10 },
  });
  expect([...((await dataset.take(ids, keys)).weights ?? [])]).toEqual([30, 1]);
});

test.each([
  ["DATASET_INVALID", /x\[1\].*length 2/, () => arrays([[1, 2], [3]], [0, 1])],
  ["DATASET_INVALID", /x\[0\]\[1\] must be a number/, () => arrays([[1, "a" as never]], [0])],
  ["DATASET_INVALID", /inputs have 2 and target 0 has 3/, () => arrays([[1], [2]], [0, 1, 1])],
  ["DATASET_INVALID", /dtype string/, () => arrays(tf.tensor1d(["a", "b"]), [0, 1])],
  [
    "DATASET_INVALID",
    /must hold 6 numbers, but holds 4/,
    () => arrays({ data: new Float32Array(4), shape: [2, 3] }, [0, 1]),
  ],
  [
    "DATASET_INVALID",
    /sampleWeight must hold 2/,
    () => arrays([[1], [2]], [0, 1], { sampleWeight: [1, -1] }),
  ],
  ["DATASET_INVALID", /all are 0/, () => arrays([[1], [2]], [0, 1], { sampleWeight: [0, 0] })],
  [
    "DATASET_INVALID",
    /x\[1\] .* promise/,
    () => arrays([Int32Array.of(1, 2), Promise.resolve()] as never, [0, 1]),
  ],
  [
    "DATASET_INVALID",
    /classWeight needs/,
    () => arrays([[1], [2]], [0.5, 1.5], { classWeight: { 0: 1 } }),
  ],
  ["DATASET_INVALID", /x must be a tensor, .* is null/, () => arrays(null as never, [0])],
  ["DATASET_INVALID", /y must be a tensor, .* is undefined/, () => arrays([1], undefined as never)],
  ["DATASET_INVALID", /x\[1\] must be .* is null/, () => arrays([[1], null] as never, [0, 1])],
  ["DATASET_INVALID", /first example is empty/, () => arrays([[], [1]], [0, 1])],
  [
    "OPTION_INVALID",
    /"sampleWeights" \(did you mean "sampleWeight"\?\)/,
    () => arrays([[1], [2]], [0, 1], { sampleWeights: [1, 2] } as never),
  ],
  ["DATASET_EMPTY", /no rows/, () => arrays([], [])],
])("%s: %s", (code, message, run) => {
  expect(run).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
  );
});
