import * as tf from "@tensorflow/tfjs";
import type { Backend, EngineFacts } from "@unequal/core";
import { createLearner } from "../create-learner.js";
import { ENGINES } from "./engines.js";

async function adoptActive(): Promise<EngineFacts> {
  for (const { adopt } of ENGINES) {
    const facts = await adopt();
    if (facts !== undefined) return facts;
  }
  const engine = tf.getBackend();
  return { engine, device: engine };
}

/**
 * Works on the engine that the user's program has active, whichever it is, and never switches it. One of ours is seen to
 * first (`adopt` of its definition): on wasm that installs the training kernels, which change speed, not results; on
 * webgpu it sees to it that errors of the device are known.
 */
export function activeEngine(): Backend {
  return {
    name: "active",
    start: async () => {
      await tf.ready();
      return adoptActive();
    },
    learner: createLearner,
  };
}
