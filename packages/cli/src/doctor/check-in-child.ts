import { fileURLToPath } from "node:url";
import { runChild, type ChildOutcome } from "./child-process.js";
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

function lastLines(stderr: string): readonly string[] {
  const lines = stderr.split("\n").map((line) => line.trimEnd());
  return lines.filter((line) => line !== "").slice(-LAST_LINES);
}

function problemOf(
  { exitCode, signal, timedOut, lingered, stderr }: ChildOutcome,
  { during, done }: EngineFindings,
  seconds: number,
): EngineProblem | undefined {
  if (timedOut) return { code: "TIME_LIMIT", message: `was not done within ${seconds} s`, during };
  if (lingered)
    return { code: "LINGERS", message: "keeps its process from ending by itself", during: "stop" };
  if (done && signal === null && exitCode === 0) return undefined;
  const how = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
  return {
    code: signal === null ? "EXITED" : "CRASHED",
    message: `its process ${how}`,
    during: done ? "stop" : during,
    lastLines: lastLines(stderr),
  };
}

/** Checks one engine in a process of its own, so that it can neither hang this one nor take it down. */
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
  const outcome = await runChild(args, { folder, seconds, isDone, interruption });
  const findings = readFindings(outcome.stdout);
  const problem = findings.problem ?? problemOf(outcome, findings, seconds);
  return {
    findings: { ...findings, ...(problem && { problem }) },
    stderr: outcome.stderr,
  };
}
