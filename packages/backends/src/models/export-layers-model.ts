import * as tf from "@tensorflow/tfjs";
import { UnequalError, type ExportedModel } from "@unequal/core";

/**
 * Writes a `tf.LayersModel` in TensorFlow.js's own format: `model.json` and `weights.bin`.
 */
export async function exportLayersModel(model: tf.LayersModel): Promise<ExportedModel> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((saved) => {
      artifacts = saved;
      return Promise.resolve({
        modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" },
      });
    }),
  );
  if (artifacts?.weightData === undefined) {
    throw new UnequalError(
      "MODEL_UNSUPPORTED",
      "The model gave no weights to save. Save it with model.save() to see why.",
    );
  }
  const { modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy } = artifacts;
  const manifest = {
    modelTopology,
    format,
    generatedBy,
    convertedBy,
    weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }],
  };
  return {
    format: "tfjs-layers-model",
    files: {
      "model.json": new TextEncoder().encode(JSON.stringify(manifest)),
      "weights.bin": new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)),
    },
  };
}
