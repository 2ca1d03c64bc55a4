import * as tf from "@tensorflow/tfjs";
import { defineBackend } from "@unequal/core";
import { createLearner } from "../create-learner.js";
import { startEngine } from "./start-engine.js";

/** Keeps the cpu engine from printing its advertisement for tfjs-node at the first tensor. */
function silenceBanner(): void {
  const engine = tf.findBackend("cpu") as unknown as { firstUse?: boolean } | undefined;
  if (engine?.firstUse === true) engine.firstUse = false;
}

/** Runs on plain JavaScript: everywhere, slowly, with every kernel that training needs. */
export const cpu = defineBackend({
  name: "cpu",
  summary: "Plain JavaScript: slow, but it runs everywhere and has every kernel.",
  setup: () => ({
    name: "cpu",
    start: async () => {
      const prepare = async (): Promise<void> => {
        silenceBanner();
      };
      const install = ["npm install @tensorflow/tfjs"];
      await startEngine({ name: "cpu", engine: "cpu", install, prepare });
      return { engine: "cpu", device: "CPU (JavaScript)", hardware: "cpu" };
    },
    learner: createLearner,
  }),
});
