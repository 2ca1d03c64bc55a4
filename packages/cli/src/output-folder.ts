import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UnequalError, type ExportedModel } from "@unequal/core";
import { messageOf } from "./message-of.js";

/** The folder that a run leaves its results in. */
export interface OutputFolder {
  /** As the user named it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Path of the events' file. */
  readonly events: string;
  readonly writeConfig: (config: object) => void;
  readonly writeModel: (model: ExportedModel) => void;
}

/** Makes a folder and those above it. Node's own `recursive` never returns where a pseudo file system refuses. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

/** Opens a folder for a run's results, making it if need be; a former run's files in it are overwritten. @throws OUTPUT_FAILED */
export function openOutputFolder(name: string, from: string): OutputFolder {
  const folder = path.resolve(from, name);
  const attempt = (write: () => void): void => {
    try {
      write();
    } catch (error) {
      throw new UnequalError(
        "OUTPUT_FAILED",
        `The folder ${name} cannot be written: ${messageOf(error)}. Choose another with --out.`,
        { cause: error },
      );
    }
  };
  attempt(() => makeFolder(folder));
  return {
    name,
    path: folder,
    events: path.join(folder, "events.jsonl"),
    writeConfig: (config) =>
      attempt(() =>
        writeFileSync(path.join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`),
      ),
    writeModel: ({ files }) =>
      attempt(() => {
        for (const [file, bytes] of Object.entries(files))
          writeFileSync(path.join(folder, file), bytes);
      }),
  };
}
