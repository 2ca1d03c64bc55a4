import * as tf from "@tensorflow/tfjs";

/** Options of a layer that slides a window. */
export interface DataFormat {
  readonly dataFormat: string;
}

/** Moves the channels of [B, …] last, where the layer has them first. */
export function channelsLast(tensor: tf.Tensor, { dataFormat }: DataFormat): tf.Tensor {
  if (dataFormat !== "channelsFirst") return tensor;
  const space = Array.from({ length: tensor.rank - 2 }, (_, axis) => axis + 2);
  return tf.transpose(tensor, [0, ...space, 1]);
}

/** Undoes {@link channelsLast}. */
export function channelsFirst(tensor: tf.Tensor, { dataFormat }: DataFormat): tf.Tensor {
  if (dataFormat !== "channelsFirst") return tensor;
  const space = Array.from({ length: tensor.rank - 2 }, (_, axis) => axis + 1);
  return tf.transpose(tensor, [0, tensor.rank - 1, ...space]);
}
