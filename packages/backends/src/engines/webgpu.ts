import type { EngineDescription } from "@unequal/core";
import { z } from "zod";
import { defineEngine } from "./define-engine.js";

const options = z.strictObject({
  powerPreference: z
    .enum(["high-performance", "low-power"])
    .default("high-performance")
    .describe("which GPU of several"),
  adapter: z
    .string()
    .min(1)
    .optional()
    .describe("name of the device, or a part of it, where several are there; in Node"),
});

/** Where Linux may have Vulkan's loader. */
const LOADERS = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
  "/usr/local/lib",
].map((folder) => `${folder}/libvulkan.so.1`);

const engine: EngineDescription = {
  packages: ["webgpu", "@tensorflow/tfjs-backend-webgpu"],
  advice: [
    {
      platform: "linux",
      unless: LOADERS,
      text: "The Vulkan loader is missing: `apt-get install libvulkan1`.",
    },
    {
      platform: "linux",
      text: "It needs a Vulkan driver: the GPU's own, or, for a device made of software, which is slow, `apt-get install mesa-vulkan-drivers`. If one is installed and finds no device that WebGPU can use, name another in VK_ICD_FILENAMES.",
    },
  ],
  auto: { gpu: 2 },
  asynchronous: true,
  // the model, its gradients and other programs want memory too
  residentBytes: 2 ** 30,
};

/** Loads what a page on another engine has no use for. */
const starting = () => import("./start-webgpu.js");

/**
 * Runs on a GPU of any make through WebGPU: a browser's own, or in Node that of the npm package `webgpu` (Dawn, on
 * Vulkan, Metal or Direct3D 12).
 */
export const webgpu = defineEngine({
  name: "webgpu",
  summary: "A GPU of any make, through WebGPU: in browsers, and in Node by the package webgpu.",
  options,
  engine,
  start: async (choice) => (await starting()).startWebgpu(engine, choice),
  findsGpu: async () => (await starting()).findsGpu(engine),
  adopt: async () => (await starting()).adoptWebgpu(),
});
