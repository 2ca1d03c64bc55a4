import { randomUUID } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { isUnequalError, UnequalError, type ExportedModel } from "@unequal/core";
import { messageOf } from "../text/message-of.js";
import { checksum, MANIFEST, readManifest, type RunManifest } from "./run-manifest.js";

/** The folder that a run leaves its results in. */
export interface OutputFolder {
  /** As the user named it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Path of the events' file. */
  readonly events: string;
  /** Makes the folder that of a run of this configuration: the model of a former run is removed. */
  readonly begin: (config: object) => void;
  /** Writes the model of the run that was begun. */
  readonly finish: (model: ExportedModel) => void;
  /** Notes that an error ended the run that was begun, if one was. */
  readonly fail: (error: unknown) => void;
}

const MODEL_FILES = ["model.json", "weights.bin"];
const partOf = (file: string): string => `${file}.part`;

/** Makes a folder and those above it. Node's own `recursive` never returns where a pseudo file system refuses. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

/** Names the files of former models; what cannot be told from a manifest are those of the usual names. */
function formerFiles(folder: string): readonly string[] {
  try {
    return [...MODEL_FILES, ...Object.keys(readManifest(folder)?.model ?? {})];
  } catch {
    return MODEL_FILES;
  }
}

/** Writes a file next to its place and moves it there: whoever reads finds all of it or none. */
function replaceFile(folder: string, file: string, content: string | Uint8Array): void {
  const part = path.join(folder, partOf(file));
  writeFileSync(part, content);
  renameSync(part, path.join(folder, file));
}

/** Writes a run's files. At each moment in which it may be cut off, no manifest names files that are not of its run. */
function runWriter(folder: string): Pick<OutputFolder, "begin" | "finish" | "fail"> {
  let manifest: RunManifest | undefined;
  const note = (facts: Partial<RunManifest> & Pick<RunManifest, "run" | "began" | "config">) => {
    replaceFile(folder, MANIFEST, `${JSON.stringify(facts, null, 2)}\n`);
    manifest = facts;
  };
  const now = (): string => new Date().toISOString();
  return {
    begin: (config) => {
      const text = `${JSON.stringify(config, null, 2)}\n`;
      const former = formerFiles(folder);
      note({ run: randomUUID().slice(0, 8), began: now(), config: checksum(text) });
      for (const file of former.flatMap((name) => [name, partOf(name)]))
        rmSync(path.join(folder, file), { force: true });
      replaceFile(folder, "config.json", text);
    },
    finish: ({ files }) => {
      if (manifest === undefined) return;
      for (const [file, bytes] of Object.entries(files)) replaceFile(folder, file, bytes);
      const sums = Object.entries(files).map(([file, bytes]) => [file, checksum(bytes)] as const);
      note({ ...manifest, ended: now(), model: Object.fromEntries(sums) });
    },
    fail: (error) => {
      if (manifest === undefined || manifest.model !== undefined) return;
      const failed = isUnequalError(error) ? error.code : "UNEXPECTED";
      note({ ...manifest, ended: now(), failed });
    },
  };
}

/**
 * Opens a folder for a run's results, making it if need be. A former run's files stay until another begins.
 * @throws OUTPUT_FAILED, also from what it returns
 */
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
  attempt(() => {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    // a file may be written, too
    readdirSync(folder);
  });
  const { begin, finish, fail } = runWriter(folder);
  return {
    name,
    path: folder,
    events: path.join(folder, "events.jsonl"),
    begin: (config) => attempt(() => begin(config)),
    finish: (model) => attempt(() => finish(model)),
    fail: (error) => {
      try {
        fail(error);
      } catch {
        // what ended the run is to be told, not this; without a model the folder says enough
      }
    },
  };
}
