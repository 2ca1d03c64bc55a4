import { UnequalError } from "@unequal/core";
import { builtIn } from "./built-in.js";

function readText(file: string): string {
  try {
    return builtIn("node:fs").readFileSync(file, "utf8");
  } catch (cause) {
    throw new UnequalError(
      "DATASET_MISSING",
      `The file ${file} must be there and be readable, but is not. Write it with \`unequal score <run> --out ${file}\`, or correct the path.`,
      { cause },
    );
  }
}

function parse(text: string): unknown {
  try {
    // some programs begin a text with a byte-order mark
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

/**
 * Reads a file that holds a JSON array of finite numbers, such as `unequal score` writes; relative to the working
 * directory.
 *
 * @throws DATASET_MISSING, DATASET_INVALID
 */
export function readNumbers(file: string): Float32Array {
  const numbers = parse(readText(file));
  if (Array.isArray(numbers) && numbers.every(Number.isFinite)) return Float32Array.from(numbers);
  throw new UnequalError(
    "DATASET_INVALID",
    `${file} must hold a JSON array of finite numbers, one for each example, but does not. \`unequal score\` writes such a file.`,
  );
}
