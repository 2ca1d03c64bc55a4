export { lockFolder, LOCK, type FolderLock } from "./files/lock-folder.js";
export { makeFolder } from "./files/make-folder.js";
export { loadState, saveState } from "./format/state-file.js";
export {
  openCheckpoints,
  type CheckpointOptions,
  type Checkpoints,
  type Resumed,
} from "./open-checkpoints.js";
export { removeCheckpoints, type BrokenCheckpoint } from "./checkpoint-folder.js";
export type { Companions } from "./saved-run.js";
