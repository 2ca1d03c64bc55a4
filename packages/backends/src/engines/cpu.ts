import * as tf from "@tensorflow/tfjs";
import type { EngineDescription } from "@unequal/core";
import { defineEngine } from "./define-engine.js";
import { startEngine } from "./start-engine.js";

const engine: EngineDescription = {
  packages: ["@tensorflow/tfjs"],
  auto: { cpu: 4 },
  replica: "cpu",
};

/** Keeps the cpu engine from printing its advertisement for tfjs-node at the first tensor. */
async function silenceBanner(): Promise<void> {
  const backend = tf.findBackend("cpu") as unknown as { firstUse?: boolean } | undefined;
  if (backend?.firstUse === true) backend.firstUse = false;
}

/** Runs on plain JavaScript: everywhere, slowly, with every kernel that training needs. */
export const cpu = defineEngine({
  name: "cpu",
  summary: "Plain JavaScript: slow, but it runs everywhere and has every kernel.",
  engine,
  start: async () => {
    await startEngine({ name: "cpu", tensorflowjs: "cpu", engine, prepare: silenceBanner });
    return { engine: "cpu", device: "CPU (JavaScript)", hardware: "cpu" };
  },
});
