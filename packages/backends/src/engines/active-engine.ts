import * as tf from "@tensorflow/tfjs";
import type { Backend } from "@unequal/core";
import { createLearner } from "../create-learner.js";
import { restoreNodeUtil } from "./node-util-shim.js";
import { watchDevice } from "./watch-device.js";
import { repairAddN } from "./webgpu-add-n.js";
import { repairTranspose } from "./webgpu-transpose.js";
import { installWasmTraining } from "@unequal/wasm-training";

/**
 * Works on the engine that the user's program has active, whichever it is, and never switches it.
 * On wasm it installs the training kernels, which change speed, not results; on tensorflow it gives node's `util` back
 * what tfjs-node calls; on webgpu it sees to it that errors of the device are known, and that AddN adds up all its terms.
 */
export function activeEngine(): Backend {
  return {
    name: "active",
    start: async () => {
      await tf.ready();
      const engine = tf.getBackend();
      if (engine === "wasm") installWasmTraining();
      if (engine === "tensorflow") restoreNodeUtil();
      if (engine === "webgpu") {
        repairAddN();
        repairTranspose();
        watchDevice();
      }
      return { engine, device: engine };
    },
    learner: createLearner,
    stop: () => Promise.resolve(),
  };
}
