import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import { messageOf } from "../text/message-of.js";
import type { SavedModel } from "./load-run.js";

interface ModelFile {
  readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
}

type Weight = Pick<tf.LayersModel["weights"][number], "name" | "shape">;

/** A function's model has variables instead of layers. */
interface Variables {
  readonly variables?: readonly tf.Variable[];
}

function fault(folder: string, what: string, cause?: unknown): UnequalError {
  return new UnequalError(
    "OUTPUT_FAILED",
    `The model in ${folder} ${what} Use the data, plugins and files that it was trained with, or train again.`,
    { cause },
  );
}

/** Lists the weights of a model's files in their order: TensorFlow.js's own format, or the variables of a function. */
function specsOf({ files, folder }: SavedModel): readonly tf.io.WeightsManifestEntry[] {
  const json = files["model.json"] ?? files["specs.json"];
  try {
    const read: unknown = JSON.parse(new TextDecoder().decode(json));
    if (Array.isArray(read)) return read as tf.io.WeightsManifestEntry[];
    return (read as ModelFile).weightsManifest.flatMap(({ weights }) => weights);
  } catch (error) {
    throw fault(folder, `cannot be read: ${messageOf(error)}.`, error);
  }
}

const shapeText = (shape: readonly (number | null)[] = []): string => `[${shape.join(", ")}]`;

/** Compares by number and shape alone: names depend on how many models a process has built. */
function checkShapes(
  folder: string,
  specs: readonly tf.io.WeightsManifestEntry[],
  wanted: readonly Weight[],
): void {
  if (specs.length !== wanted.length)
    throw fault(
      folder,
      `must have the ${wanted.length} weights of the architecture that its configuration builds, but has ${specs.length}.`,
    );
  const at = specs.findIndex(({ shape }, i) => shapeText(shape) !== shapeText(wanted[i]?.shape));
  if (at < 0) return;
  throw fault(
    folder,
    `must fit the architecture that its configuration builds, but weight ${at + 1} of ${wanted.length} (${wanted[at]?.name}) has shape ${shapeText(specs[at]?.shape)} there and ${shapeText(wanted[at]?.shape)} here.`,
  );
}

/**
 * Gives a freshly built `tf.LayersModel`, or a function's variables, the values that a run saved.
 * @throws OUTPUT_FAILED if they are those of another architecture
 */
export function loadWeights(model: unknown, saved: SavedModel): void {
  const { variables } = model as Variables;
  const specs = specsOf(saved);
  checkShapes(saved.folder, specs, variables ?? (model as tf.LayersModel).weights);
  const bytes = Uint8Array.from(saved.files["weights.bin"] ?? []);
  const numbered = specs.map((spec, at) => ({ ...spec, name: `${at}` }));
  tf.tidy(() => {
    const decoded = tf.io.decodeWeights(bytes.buffer, numbered);
    const values = specs.map((_, at) => decoded[at] as tf.Tensor);
    if (variables === undefined) (model as tf.LayersModel).setWeights(values);
    variables?.forEach((variable, at) => variable.assign(values[at] as tf.Tensor));
  });
}
