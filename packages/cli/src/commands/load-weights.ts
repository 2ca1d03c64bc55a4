import { readFile } from "node:fs/promises";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import { messageOf } from "../message-of.js";

interface ModelFile {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
}

async function readSaved(folder: string): Promise<tf.LayersModel> {
  const text = await readFile(path.join(folder, "model.json"), "utf8");
  const { modelTopology, weightsManifest } = JSON.parse(text) as ModelFile;
  const bytes = await readFile(path.join(folder, "weights.bin"));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
      weightData: Uint8Array.from(bytes).buffer,
    }),
  );
}

/**
 * Gives a freshly built `tf.LayersModel` the weights that `unequal train --out` saved in a folder.
 * @throws OUTPUT_FAILED if there are none, or those of another architecture
 */
export async function loadWeights(model: unknown, folder: string): Promise<void> {
  try {
    const saved = await readSaved(folder);
    try {
      (model as tf.LayersModel).setWeights(saved.getWeights());
    } finally {
      saved.dispose();
    }
  } catch (error) {
    throw new UnequalError(
      "OUTPUT_FAILED",
      `The model in ${folder} cannot be read: ${messageOf(error)} Name a folder that \`unequal train --out\` wrote, with the configuration that it was trained with.`,
      { cause: error },
    );
  }
}
