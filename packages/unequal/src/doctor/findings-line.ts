import { NOTHING_FOUND, type EngineFindings } from "./engine-findings.js";

/** Begins a line of ours on a stdout that libraries and plugins may write to as well. */
const MARK = "unequal-findings ";

/** Writes findings as one line for the parent process. */
export function findingsLine(findings: EngineFindings): string {
  return `\n${MARK}${JSON.stringify(findings)}\n`;
}

/** Reads the last whole line of findings in what a child process wrote so far. */
export function readFindings(stdout: string): EngineFindings {
  const whole = stdout.slice(0, stdout.lastIndexOf("\n") + 1);
  const line = whole.split("\n").findLast((each) => each.startsWith(MARK));
  if (line === undefined) return NOTHING_FOUND;
  return { ...NOTHING_FOUND, ...(JSON.parse(line.slice(MARK.length)) as Partial<EngineFindings>) };
}
