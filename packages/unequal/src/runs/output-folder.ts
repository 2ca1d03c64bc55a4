import { randomUUID } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { lockFolder, makeFolder, removeCheckpoints } from "@unequal/checkpoints";
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
  /** Path of the folder of checkpoints. */
  readonly checkpoints: string;
  /** Makes the folder that of a run of this configuration: what a former run left is removed, but of the run that goes on only its model. */
  readonly begin: (config: object) => void;
  /** Writes the model of the run that was begun. */
  readonly finish: (model: ExportedModel) => void;
  /** Notes that an error ended the run that was begun, if one was. */
  readonly fail: (error: unknown) => void;
  /** Lets another process have the folder. */
  readonly close: () => void;
}

/** What becomes of a run that is there: it is kept from being overwritten, is overwritten, or goes on. */
export type FolderUse = "new" | "overwrite" | "resume";

const CONFIG = "config.json";
const EVENTS = "events.jsonl";
const CHECKPOINTS = "checkpoints";
const MODEL_FILES = ["model.json", "weights.bin"];
const partOf = (file: string): string => `${file}.part`;

/** Names the files of former models; what cannot be told from a manifest are those of the usual names. */
function formerFiles(folder: string): readonly string[] {
  try {
    return [...MODEL_FILES, ...Object.keys(readManifest(folder)?.model ?? {})];
  } catch {
    return MODEL_FILES;
  }
}

/** Writes a file next to its place and moves it there once it is on the disk: whoever reads finds all of it or none. */
function replaceFile(folder: string, file: string, content: string | Uint8Array): void {
  const part = path.join(folder, partOf(file));
  writeFileSync(part, content, { flush: true });
  renameSync(part, path.join(folder, file));
}

function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Removes what a former run left. Without its configuration, which goes first, it is no run at whatever moment this is cut off. */
function removeFormer(folder: string, models: readonly string[], use: FolderUse): void {
  const remove = (name: string): void => rmSync(path.join(folder, name), { force: true });
  for (const name of [CONFIG, ...models]) remove(name);
  if (use !== "overwrite") return;
  remove(EVENTS);
  removeCheckpoints(path.join(folder, CHECKPOINTS));
}

/** Writes a run's files. At each moment in which it may be cut off, no manifest names files that are not of its run. */
function runWriter(
  folder: string,
  use: FolderUse,
): Pick<OutputFolder, "begin" | "finish" | "fail"> {
  let manifest: RunManifest | undefined;
  const note = (facts: Partial<RunManifest> & Pick<RunManifest, "run" | "began" | "config">) => {
    replaceFile(folder, MANIFEST, `${JSON.stringify(facts, null, 2)}\n`);
    manifest = facts;
  };
  const now = (): string => new Date().toISOString();
  return {
    begin: (config) => {
      const text = `${JSON.stringify(config, null, 2)}\n`;
      const former = use === "resume" ? readManifest(folder) : undefined;
      const models = formerFiles(folder).flatMap((name) => [name, partOf(name)]);
      if (former === undefined) removeFormer(folder, models, use);
      const { run = randomUUID().slice(0, 8), began = now() } = former ?? {};
      note({ run, began, config: checksum(text) });
      for (const name of models) rmSync(path.join(folder, name), { force: true });
      if (readText(path.join(folder, CONFIG)) !== text) replaceFile(folder, CONFIG, text);
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

function outputFailed(name: string, cause: unknown): UnequalError {
  return new UnequalError(
    "OUTPUT_FAILED",
    `The folder ${name} cannot be written: ${messageOf(cause)}. Choose another with --out.`,
    { cause },
  );
}

/** @throws FOLDER_TAKEN where a run is there that nothing was said of; OUTPUT_FAILED where there is none to go on */
function checkUse(name: string, folder: string, use: FolderUse): void {
  // one of the two alone is what a run left that was ended while it began
  const files = readdirSync(folder);
  const there = files.includes(MANIFEST) && files.includes(CONFIG);
  if (use === "new" && there)
    throw new UnequalError(
      "FOLDER_TAKEN",
      `The folder ${name} holds a run. Go on with it by --resume ${name}, replace it by adding --overwrite, or name another with --out.`,
    );
  if (use === "resume" && !there)
    throw new UnequalError(
      "OUTPUT_FAILED",
      `${name} must hold the ${MANIFEST} and ${CONFIG} of a run to go on with, but does not. Name a folder that \`unequal train --out\` wrote.`,
    );
}

/**
 * Opens a folder for a run's results, making it if need be, and takes it for this process. A former run's files stay until
 * another begins.
 * @throws OUTPUT_FAILED, also from what it returns; FOLDER_TAKEN, FOLDER_LOCKED
 */
export function openOutputFolder(name: string, from: string, use: FolderUse = "new"): OutputFolder {
  const folder = path.resolve(from, name);
  const attempt = <T>(write: () => T): T => {
    try {
      return write();
    } catch (error) {
      throw isUnequalError(error) ? error : outputFailed(name, error);
    }
  };
  const lock = attempt(() => {
    if (use !== "resume") makeFolder(folder);
    accessSync(folder, constants.W_OK);
    checkUse(name, folder, use);
    return lockFolder(folder, name);
  });
  const { begin, finish, fail } = runWriter(folder, use);
  return {
    name,
    path: folder,
    events: path.join(folder, EVENTS),
    checkpoints: path.join(folder, CHECKPOINTS),
    begin: (config) => attempt(() => begin(config)),
    finish: (model) => attempt(() => finish(model)),
    fail: (error) => {
      try {
        fail(error);
      } catch {
        // what ended the run is to be told, not this; without a model the folder says enough
      }
    },
    close: lock.release,
  };
}
