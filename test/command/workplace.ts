import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeTinyMnist } from "./tiny-mnist.js";

/** A user's folder outside of the repository, with the tiny digits in `digits` and files of the test's own. */
export interface Workplace {
  readonly folder: string;
  readonly file: (name: string) => string;
  readonly dispose: () => void;
}

/** Makes a workplace; `files` maps names to contents, objects are written as JSON. */
export function workplace(files: Readonly<Record<string, string | object>>): Workplace {
  const folder = mkdtempSync(path.join(tmpdir(), "unequal-command-"));
  const file = (name: string): string => path.join(folder, name);
  writeTinyMnist(file("digits"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return { folder, file, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A small model on the tiny digits: a run of 60 steps takes a fraction of a second. */
export const TINY = {
  dataset: { name: "mnist", folder: "digits" },
  model: { name: "mlp", hidden: [32] },
  batchSize: 16,
  maxSteps: 60,
} as const;
