import type { ScoringMode } from "@unequal/core";
import { appendFile, readFile } from "node:fs/promises";
import type { Assessment } from "./assess.js";

/** What names a run: no two lines of a file have the same. */
export interface RunKey {
  readonly task: string;
  readonly arm: string;
  readonly seed: number;
  /** Of an arm that has all the time. */
  readonly seconds: number;
}

/** What an arm did on a seed: a line of a file. */
export interface RunRecord extends RunKey {
  readonly steps: number;
  readonly importanceSteps: number;
  /** Mean φ of the steps of each tenth of its time. */
  readonly rates: readonly (number | null)[];
  /** Of the test set, at each tenth. */
  readonly test: readonly Assessment[];
  /** Mean loss of up to 20,000 training examples, at each quarter. */
  readonly train: readonly number[];
  readonly switches: readonly { readonly update: number; readonly importance: boolean }[];
  readonly scoring: readonly {
    readonly update: number;
    readonly mode: ScoringMode;
    readonly reason: string;
  }[];
  /** Updates at which the loss of the candidates lowered φ. */
  readonly lowered: readonly number[];
  readonly warnings: readonly string[];
  /** Why it ended before its time. */
  readonly failed?: string;
}

/** Tells runs apart. */
export function keyOf({ task, arm, seed, seconds }: RunKey): string {
  return `${task}, ${arm}, seed ${seed}, ${seconds} s`;
}

/** Reads the lines of a file; none where there is no file yet. */
export async function readRecords(file: string): Promise<RunRecord[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RunRecord);
}

/** Adds a line to a file. */
export async function appendRecord(file: string, record: RunRecord): Promise<void> {
  await appendFile(file, `${JSON.stringify(record)}\n`);
}
