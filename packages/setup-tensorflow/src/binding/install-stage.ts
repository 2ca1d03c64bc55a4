import { lstatSync, mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../text/message-of.js";
import { setupFailed } from "../setup-error.js";

const BUILT = ["deps", "lib"];

const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/**
 * Moves what a stage has built into its package, and what was there into the stage. Should a move fail, those before
 * it are undone; it takes no turn of the event loop, so no signal that is handled comes between.
 *
 * @throws SetupError
 */
export function installStage(stage: string, folder: string): void {
  const undone: (() => void)[] = [];
  const move = (from: string, to: string): void => {
    renameSync(from, to);
    undone.unshift(() => renameSync(to, from));
  };
  try {
    mkdirSync(path.join(stage, "former"));
    for (const name of BUILT) {
      const place = path.join(folder, name);
      if (isThere(place)) move(place, path.join(stage, "former", name));
      move(path.join(stage, name), place);
    }
  } catch (error) {
    for (const undo of undone) undo();
    setupFailed(
      `What was built must be moved into ${folder}, but cannot: ${messageOf(error)}. All is as before; install the package where you may write.`,
      error,
    );
  }
}
