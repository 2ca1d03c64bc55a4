import type * as tf from "@tensorflow/tfjs";
import type { LayerIdentity } from "../watching/layer-identity.js";
import { isStock } from "../watching/stock-layer.js";
import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import { depthwiseConvolution, separableConvolution } from "./depthwise-convolution.js";
import { embedding } from "./embedding.js";
import { batchNormalisation, layerNormalisation } from "./normalisation.js";
import { prelu } from "./prelu.js";
import { recurrent } from "./recurrent.js";
import { transposedConvolution } from "./transposed-convolution.js";

const IDENTITIES: readonly LayerIdentity[] = [
  batchNormalisation,
  convolution,
  dense,
  depthwiseConvolution,
  embedding,
  layerNormalisation,
  prelu,
  recurrent,
  separableConvolution,
  transposedConvolution,
];

/** Returns the identity that covers a layer, if one does. */
export function identityOf(layer: tf.layers.Layer): LayerIdentity | undefined {
  return IDENTITIES.find(({ kinds }) => isStock(layer, kinds[layer.getClassName()]));
}
