import { defineBackend } from "@unequal/core";
import { z } from "zod";
import { nativeTensorflow } from "./native-tensorflow.js";

/** Runs on TensorFlow's own library, on every core of the CPU, through @tensorflow/tfjs-node. */
export const tensorflow = defineBackend({
  name: "tensorflow",
  summary: "TensorFlow's own library on the CPU (@tensorflow/tfjs-node).",
  options: z.strictObject({
    threads: z.int().positive().optional().describe("threads of one operation; absent: one a core"),
  }),
  setup: ({ threads }) =>
    nativeTensorflow({
      name: "tensorflow",
      package: "@tensorflow/tfjs-node",
      environment: threads === undefined ? {} : { TF_NUM_INTRAOP_THREADS: String(threads) },
      gpuOptions: [],
    }),
});
