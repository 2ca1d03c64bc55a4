import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { packageFolder } from "./package-folder.js";

/** The built command. */
export const BIN = fileURLToPath(new URL("../../packages/unequal/bin/unequal.js", import.meta.url));

/** The command as npx finds it from a folder, else the built one. */
export function binOf(folder: string): string {
  const installed = packageFolder("unequal", path.join(folder, "package.json"));
  return installed === undefined ? BIN : path.join(installed, "bin/unequal.js");
}

/** What a command left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built `unequal` in a folder, in a process of its own: a config must get the command's copies of packages. */
export function runCommand(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
  timeout = 50_000,
): Promise<Outcome> {
  if (!existsSync(BIN)) throw new Error(`${BIN} is missing: run npm run build first.`);
  const options = { cwd: folder, env: { ...process.env, ...environment }, timeout };
  return new Promise((resolve) => {
    execFile(process.execPath, [binOf(folder), ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** What `unequal train --json` says of a run. */
export interface Result {
  readonly testLoss: number;
  readonly testError: number;
  readonly [key: string]: unknown;
}

/** Reads what `--json` prints as the last line of stdout. */
export function lastLine(stdout: string): Result {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Result;
}
