import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import * as backends from "@unequal/backends";
import * as core from "@unequal/core";
import * as datasets from "@unequal/datasets";
import * as samplers from "@unequal/samplers";
import { createJiti } from "jiti";
import * as unequal from "../index.js";

// One copy of each, the command's own: a second TensorFlow.js would have engines and variables of its own.
const SHARED = {
  "@tensorflow/tfjs": tf,
  "@unequal/backends": backends,
  "@unequal/core": core,
  "@unequal/datasets": datasets,
  "@unequal/samplers": samplers,
  unequal,
};

/**
 * Imports a TypeScript or JavaScript module that a user wrote or installed, resolved from a file of theirs.
 * What it imports of Unequal and TensorFlow.js is what the command itself runs on.
 */
export async function importModule(
  specifier: string,
  from: string,
): Promise<Readonly<Record<string, unknown>>> {
  const jiti = createJiti(pathToFileURL(from).href, {
    fsCache: false,
    interopDefault: false,
    virtualModules: SHARED,
  });
  return jiti.import(specifier);
}
