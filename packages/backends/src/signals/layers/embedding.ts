import * as tf from "@tensorflow/tfjs";
import { tableRows } from "../forms/table-rows.js";
import type { LayerIdentity, Weight } from "../watching/layer-identity.js";
import { watchOutput, type Callable } from "../watching/watch-layer.js";

interface Embedding extends Callable {
  readonly embeddings: Weight;
}

/** Embedding: y_t is row id_t of a table, whose row v then has the gradient Σ_{t: id_t = v} δ_t. */
export const embedding: LayerIdentity = {
  kinds: {
    Embedding: () => tf.layers.embedding({ inputDim: 1, outputDim: 1, name: "sample" }),
  },
  watch: (layer, recorder) => {
    const embedding = layer as unknown as Embedding;
    return watchOutput(embedding, recorder, {
      weights: () => [embedding.embeddings],
      parts: (delta, ids) => [{ weight: embedding.embeddings, gradient: tableRows(ids, delta) }],
    });
  },
};
