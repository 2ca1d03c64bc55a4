import type { EngineDescription } from "@unequal/core";
import { z } from "zod";
import { defineEngine } from "./define-engine.js";
import { nativeActive } from "./native-package.js";
import { restoreNodeUtil } from "@unequal/setup-tensorflow/node-util-shim";

const engine: EngineDescription = {
  packages: ["@tensorflow/tfjs-node-gpu"],
  install: [
    "npm install @tensorflow/tfjs-node-gpu",
    "npm install --ignore-scripts @tensorflow/tfjs-node-gpu && npx unequal setup tensorflow-gpu",
  ],
  advice: [
    { text: "If its native library is missing or broken, run `npx unequal setup tensorflow-gpu`." },
  ],
  runtime: "node",
  auto: { gpu: 1, cpu: 1 },
  // the model, its gradients and other programs want memory too
  residentBytes: 2 ** 30,
};

/** Runs on TensorFlow's own library on an NVIDIA GPU, through @tensorflow/tfjs-node-gpu; on the CPU, with a note, without one. */
export const tensorflowGpu = defineEngine({
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
  engine,
  start: async ({ device, memory, threads }) => {
    const { startNative } = await import("./native-tensorflow.js");
    return startNative({
      ...({ name: "tensorflow-gpu", package: "@tensorflow/tfjs-node-gpu", engine } as const),
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
    });
  },
  isActive: () => nativeActive("@tensorflow/tfjs-node-gpu"),
  adopt: () => {
    restoreNodeUtil();
    return {};
  },
});
