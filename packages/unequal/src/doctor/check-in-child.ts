import { fileURLToPath } from "node:url";
import { lastLines, runProgram, type ProgramOutcome } from "@unequal/setup-tensorflow/programs";
import type { EngineFindings, EngineProblem } from "./engine-findings.js";
import { readFindings } from "./findings-line.js";

const BIN = fileURLToPath(new URL("../../bin/unequal.js", import.meta.url));
const LAST_LINES = 5;

/** Which engine is checked, and how. */
export interface ChildCheck {
  readonly engine: string;
  readonly config: string | undefined;
  readonly plugins: readonly string[];
  /** How long the check may take. */
  readonly seconds: number;
  readonly folder: string;
  readonly interruption: AbortSignal;
}

/** What the child found, and what it wrote to stderr. */
export interface ChildFindings {
  readonly findings: EngineFindings;
  readonly stderr: string;
}

function problemOf(
  { code, signal, ended, stderr }: ProgramOutcome,
  { during, done }: EngineFindings,
  seconds: number,
): EngineProblem | undefined {
  if (ended === "timed-out")
    return { code: "TIME_LIMIT", message: `was not done within ${seconds} s`, during };
  if (ended === "lingered")
    return { code: "LINGERS", message: "keeps its process from ending by itself", during: "end" };
  if (done && signal === null && code === 0) return undefined;
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  return {
    code: signal === null ? "EXITED" : "CRASHED",
    message: `its process ${how}`,
    during: done ? "end" : during,
    lastLines: lastLines(stderr, LAST_LINES),
  };
}

/**
 * Checks one engine in a process of its own, so that it can neither hang this one nor take it down. Rejects with the
 * signal's reason after an interruption.
 */
export async function checkInChild(check: ChildCheck): Promise<ChildFindings> {
  const { engine, config, plugins, seconds, folder, interruption } = check;
  const args = [
    BIN,
    "check-engine",
    engine,
    ...(config === undefined ? [] : [config]),
    ...plugins.flatMap((plugin) => ["--plugin", plugin]),
  ];
  const isDone = (stdout: string): boolean => readFindings(stdout).done;
  const outcome = await runProgram(process.execPath, args, {
    folder,
    seconds,
    isDone,
    interruption,
  });
  const findings = readFindings(outcome.stdout);
  const problem = findings.problem ?? problemOf(outcome, findings, seconds);
  return {
    findings: { ...findings, ...(problem && { problem }) },
    stderr: outcome.stderr,
  };
}
