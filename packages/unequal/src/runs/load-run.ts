import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { UnequalError } from "@unequal/core";
import { loadConfig, type LoadedConfig } from "../config/load-config.js";
import { resolveConfig, type RunConfig } from "../config/resolve-config.js";
import { messageOf } from "../text/message-of.js";
import { checksum, readManifest, type RunManifest } from "./run-manifest.js";

/** The files of a run's model. */
export interface SavedModel {
  /** Names the run. */
  readonly run: string;
  /** The folder as the user named it. */
  readonly folder: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

function failed(message: string, cause?: unknown): UnequalError {
  return new UnequalError("OUTPUT_FAILED", message, { cause });
}

/** Reads the configuration of a run from the folder that `unequal train --out` wrote. @throws OUTPUT_FAILED, CONFIG_LOAD_FAILED, CONFIG_INVALID */
export async function loadRunConfig(name: string, from: string): Promise<LoadedConfig> {
  const folder = path.resolve(from, name);
  const file = path.join(folder, "config.json");
  if (existsSync(file)) return loadConfig(folder, file);
  throw failed(
    `${name} must hold the config.json of a run, but does not. Name a folder that \`unequal train --out\` wrote.`,
  );
}

/** Reads the configuration of a run, and finds its parts. @throws OUTPUT_FAILED and every coded error of the configuration */
export async function loadRun(name: string, from: string): Promise<RunConfig> {
  return resolveConfig(await loadRunConfig(name, from), {}, from);
}

function whyNoModel({ failed: code }: RunManifest): string {
  if (code !== undefined) return `it was ended by ${code}`;
  return "it goes on, or was killed";
}

/** Reads a file of a run as a whole, and sees that it is the one that the run wrote. */
function readOf(
  { run, began }: RunManifest,
  where: readonly [string, string],
  sum: string,
): Buffer {
  const [name, file] = where;
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw failed(`The model in ${name} cannot be read: ${messageOf(error)}. Train again.`, error);
  }
  if (checksum(bytes) === sum) return bytes;
  throw failed(
    `${path.basename(file)} in ${name} must be as run ${run} (begun ${began}) wrote it, but is of another run or was changed since. Put it back, or train again.`,
  );
}

/**
 * Reads the files of the model that a run left in a folder, and checks that they and the configuration are of that run.
 * @throws OUTPUT_FAILED where the run left no model, or a file is not of it
 */
export function readModel(name: string, from: string): SavedModel {
  const folder = path.resolve(from, name);
  const manifest = readManifest(folder);
  if (manifest === undefined)
    throw failed(
      `${name} must hold the run.json that says which run its model is of, but does not. Name a folder that \`unequal train --out\` wrote, or train again.`,
    );
  const { run, began, config, model } = manifest;
  if (model === undefined)
    throw failed(
      `${name} must hold the model of a run that has ended, but run ${run} (begun ${began}) has left none: ${whyNoModel(manifest)}. Go on with it by \`unequal train --resume ${name}\`, or name another folder.`,
    );
  readOf(manifest, [name, path.join(folder, "config.json")], config);
  const files = Object.entries(model).map(
    ([file, sum]) => [file, readOf(manifest, [name, path.join(folder, file)], sum)] as const,
  );
  return { run, folder: name, files: Object.fromEntries(files) };
}
