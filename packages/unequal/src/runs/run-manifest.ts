import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { UnequalError } from "@unequal/core";
import { z } from "zod";
import { messageOf } from "../text/message-of.js";

/** The file of a run's folder that says which run the others are of. */
export const MANIFEST = "run.json";

/** A name within the folder: what a manifest lists is read, and removed when another run begins. */
const fileName = z
  .string()
  .regex(/^[^/\\]+$/)
  .refine((name) => name !== "." && name !== "..", "must be a file of the folder");

const schema = z.object({
  run: z.string().min(1),
  began: z.string(),
  ended: z.string().optional(),
  failed: z.string().optional(),
  config: z.string(),
  model: z.record(fileName, z.string()).optional(),
});

/** Says which run a folder is of, and by SHA-256 what its files are. */
export interface RunManifest {
  /** Names the run. */
  readonly run: string;
  /** ISO 8601. */
  readonly began: string;
  readonly ended?: string | undefined;
  /** Code of the error that ended it. */
  readonly failed?: string | undefined;
  /** Checksum of `config.json`. */
  readonly config: string;
  /** Checksums of the model's files; absent until all of them are written. */
  readonly model?: Readonly<Record<string, string>> | undefined;
}

/** Computes the checksum by which a manifest knows a file. */
export function checksum(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Reads the manifest of a folder; undefined where there is none. @throws OUTPUT_FAILED where it is something else */
export function readManifest(folder: string): RunManifest | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(folder, MANIFEST), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(folder, error);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function unreadable(folder: string, cause: unknown): UnequalError {
  const why = cause instanceof z.ZodError ? "it is none" : messageOf(cause);
  return new UnequalError(
    "OUTPUT_FAILED",
    `The ${MANIFEST} in ${folder} must be one that \`unequal train --out\` wrote, but cannot be read: ${why}. Train again, or name another folder.`,
    { cause },
  );
}
