import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../engine/define-kernel.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import { channelsLast, padChannelsLast } from "./channels-last.js";
import { convolve } from "./convolve.js";

/** Convolves images [N, H, W, C] or [N, C, H, W]; the stock kernel takes the first only. */
export const conv2D = defineKernel<tf.Conv2DInputs, tf.Conv2DAttrs>(
  tf.Conv2D,
  ({ inputs: { x, filter }, attrs: given, engine }) => {
    const { dataFormat: format } = given;
    const attrs = { ...given, pad: padChannelsLast(given.pad, format) };
    const layout = { format, images: [x] as [TensorInfo], imagesOut: true };
    return channelsLast(engine, layout, (image) => convolve(engine, { x: image, filter, attrs }));
  },
);
