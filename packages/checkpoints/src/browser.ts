import { UnequalError } from "@unequal/core";

/** Refuses what a page is asked for. @throws OUTPUT_FAILED */
function unavailable(..._given: readonly unknown[]): never {
  throw new UnequalError(
    "OUTPUT_FAILED",
    "Checkpoints are files, which a page cannot write. Train in Node, or keep trainer.state() yourself.",
  );
}

/** Stands for what only Node has. @throws OUTPUT_FAILED */
export const openCheckpoints = unavailable;
/** Stands for what only Node has. @throws OUTPUT_FAILED */
export const saveState = unavailable;
/** Stands for what only Node has. @throws OUTPUT_FAILED */
export const loadState = unavailable;
/** Stands for what only Node has. @throws OUTPUT_FAILED */
export const lockFolder = unavailable;
export type { CheckpointOptions, Checkpoints, Resumed } from "./open-checkpoints.js";
export type { Companions } from "./saved-run.js";
