import type * as tf from "@tensorflow/tfjs";

const SHORT_NAMES: Readonly<Record<string, string>> = {
  mse: "meanSquaredError",
  MSE: "meanSquaredError",
  mae: "meanAbsoluteError",
  MAE: "meanAbsoluteError",
};

function name(loss: unknown): string | undefined {
  return typeof loss === "string" ? (SHORT_NAMES[loss] ?? loss) : undefined;
}

/** Names the built-in loss of each output of a compiled model; undefined where a function was given. */
export function lossNames(model: tf.LayersModel): readonly (string | undefined)[] {
  const { loss } = model as unknown as { loss: unknown };
  if (Array.isArray(loss)) return loss.map(name);
  if (typeof loss === "object" && loss !== null) {
    return model.outputNames.map((output) =>
      name((loss as Readonly<Record<string, unknown>>)[output]),
    );
  }
  return model.outputNames.map(() => name(loss));
}
