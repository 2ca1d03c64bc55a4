import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createRandom } from "@unequal/core";

const SIDE = 28;
const random = createRandom("tiny digits");

/** Ten fixed patterns; a digit is one of them with noise, much in every eighth, so that scores differ. */
const patterns = Array.from({ length: 10 }, () =>
  Array.from({ length: SIDE * SIDE }, () => random.uniform() < 0.2),
);

function header(axes: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * axes.length);
  bytes.set([0, 0, 8, axes.length]);
  axes.forEach((length, axis) => bytes.writeUInt32BE(length, 4 + 4 * axis));
  return bytes;
}

function writeSplit(folder: string, name: string, size: number): void {
  const labels = Buffer.from(Array.from({ length: size }, () => random.integer(10)));
  const pixels = Buffer.alloc(size * SIDE * SIDE);
  labels.forEach((label, row) => {
    const noise = row % 8 === 0 ? 0.4 : 0.05;
    patterns[label]?.forEach((lit, at) => {
      const flipped = random.uniform() < noise;
      pixels[row * SIDE * SIDE + at] = lit !== flipped ? 255 : 0;
    });
  });
  const images = Buffer.concat([header([size, SIDE, SIDE]), pixels]);
  writeFileSync(path.join(folder, `${name}-images-idx3-ubyte`), images);
  writeFileSync(
    path.join(folder, `${name}-labels-idx1-ubyte`),
    Buffer.concat([header([size]), labels]),
  );
}

/** Writes a folder of IDX files with 640 + 200 digits of ten noisy patterns. */
export function writeTinyMnist(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeSplit(folder, "train", 640);
  writeSplit(folder, "t10k", 200);
}
