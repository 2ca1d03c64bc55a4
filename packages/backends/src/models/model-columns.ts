import type * as tf from "@tensorflow/tfjs";
import type { ColumnShape } from "./columns-to-tensors.js";
import { functional } from "./functional.js";
import { lossNames } from "./loss-names.js";

/** What one output of a model is compared with. */
export interface TargetColumn extends ColumnShape {
  /** The built-in loss that it is trained by; absent: a function, which may want targets of any shape. */
  readonly loss?: string;
  /** Values of one prediction: units of a dense layer, channels of an image; absent: any number. */
  readonly width?: number;
}

/** What a compiled model takes, in its own order. */
export interface ModelColumns {
  readonly inputs: readonly ColumnShape[];
  readonly targets: readonly TargetColumn[];
}

function targetColumn(model: tf.LayersModel, at: number, loss: string | undefined): TargetColumn {
  const name = model.outputNames[at] ?? String(at);
  const shape = model.outputs[at]?.shape.slice(1);
  const width = shape?.at(-1);
  const sized = typeof width === "number" ? { width } : {};
  if (loss === undefined || shape === undefined) return { name, ...sized };
  // tfjs's own losses refuse integer targets
  return {
    ...{ name, loss, dtype: "float32", ...sized },
    shape: loss === "sparseCategoricalCrossentropy" ? [...shape.slice(0, -1), 1] : shape,
  };
}

/** Describes the inputs and targets of a compiled model: names, shapes of one example, losses. */
export function modelColumns(given: tf.LayersModel): ModelColumns {
  const model = functional(given);
  const names = lossNames(model);
  return {
    inputs: model.inputs.map(({ name, shape }, at) => ({
      name: model.inputNames[at] ?? name,
      shape: shape.slice(1),
    })),
    targets: model.outputNames.map((_, at) => targetColumn(model, at, names[at])),
  };
}
