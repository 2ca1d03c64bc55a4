import { defineBackend } from "@unequal/core";
import { z } from "zod";
import { nativeTensorflow } from "./native-tensorflow.js";

/** Runs on TensorFlow's own library on an NVIDIA GPU, through @tensorflow/tfjs-node-gpu; on the CPU, with a note, without one. */
export const tensorflowGpu = defineBackend({
  name: "tensorflow-gpu",
  summary: "TensorFlow's own library on an NVIDIA GPU (@tensorflow/tfjs-node-gpu).",
  options: z.strictObject({
    device: z.int().nonnegative().optional().describe("number of the GPU, as nvidia-smi counts"),
    memory: z
      .enum(["all", "grow"])
      .optional()
      .describe("GPU memory: all of it at once (TensorFlow's own way), or as it is needed"),
    threads: z.int().positive().optional().describe("threads of one operation on the CPU"),
  }),
  setup: ({ device, memory, threads }) =>
    nativeTensorflow({
      name: "tensorflow-gpu",
      package: "@tensorflow/tfjs-node-gpu",
      environment: {
        // CUDA itself counts the fastest first, nvidia-smi by the bus
        ...(device !== undefined && {
          CUDA_DEVICE_ORDER: "PCI_BUS_ID",
          CUDA_VISIBLE_DEVICES: String(device),
        }),
        ...(memory !== undefined && { TF_FORCE_GPU_ALLOW_GROWTH: String(memory === "grow") }),
        ...(threads !== undefined && { TF_NUM_INTRAOP_THREADS: String(threads) }),
      },
      gpuOptions: [
        ...(device === undefined ? [] : ["device"]),
        ...(memory === undefined ? [] : ["memory"]),
      ],
    }),
});
