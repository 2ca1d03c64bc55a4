import type { EngineDescription } from "@unequal/core";
import { z } from "zod";
import { restoreNodeUtil } from "@unequal/setup-tensorflow/node-util-shim";
import { defineEngine } from "./define-engine.js";
import { nativeActive } from "./native-package.js";

const engine: EngineDescription = {
  packages: ["@tensorflow/tfjs-node"],
  install: [
    "npm install @tensorflow/tfjs-node",
    "npm install --ignore-scripts @tensorflow/tfjs-node && npx unequal setup tensorflow",
  ],
  advice: [
    { text: "If its native library is missing or broken, run `npx unequal setup tensorflow`." },
  ],
  runtime: "node",
  auto: { cpu: 2 },
  // two threads on one TensorFlow race for what its binding keeps for the process, and crash now and then
  replica: "wasm",
  // the model, its gradients and other programs want memory too
  residentBytes: 2 ** 30,
};

/** Runs on TensorFlow's own library, on every core of the CPU, through @tensorflow/tfjs-node. */
export const tensorflow = defineEngine({
  name: "tensorflow",
  summary: "TensorFlow's own library on the CPU (@tensorflow/tfjs-node).",
  options: z.strictObject({
    threads: z.int().positive().optional().describe("threads of one operation; absent: one a core"),
  }),
  engine,
  start: async ({ threads }) => {
    const { startNative } = await import("./native-tensorflow.js");
    return startNative({
      ...({ name: "tensorflow", package: "@tensorflow/tfjs-node", engine } as const),
      environment: threads === undefined ? {} : { TF_NUM_INTRAOP_THREADS: String(threads) },
      gpuOptions: [],
    });
  },
  isActive: () => nativeActive("@tensorflow/tfjs-node"),
  adopt: () => {
    restoreNodeUtil();
    return {};
  },
});
