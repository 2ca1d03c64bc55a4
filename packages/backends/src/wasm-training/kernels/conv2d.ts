import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import type { TensorInfo } from "../wasm-engine.js";
import { channelsLast, padChannelsLast } from "./channels-last.js";

/** Convolves images [N, C, H, W] too; those [N, H, W, C] are left to the stock kernel, which is fast. */
export const conv2D = defineKernel<tf.Conv2DInputs, tf.Conv2DAttrs>(
  tf.Conv2D,
  ({ inputs, attrs, engine, stock }) => {
    if (attrs.dataFormat === "NHWC") return stock();
    const { x, filter } = inputs;
    const { dataFormat: format, pad } = attrs;
    const last = { ...attrs, dataFormat: "NHWC", pad: padChannelsLast(pad, format) };
    const layout = { format, images: [x] as [TensorInfo], imagesOut: true };
    return channelsLast(engine, layout, (image) =>
      engine.run(tf.Conv2D, { x: image, filter }, last),
    );
  },
);
