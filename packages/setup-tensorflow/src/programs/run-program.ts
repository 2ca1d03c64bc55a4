import { spawn, type ChildProcess } from "node:child_process";

/** How a program is run. */
export interface ProgramOptions {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly interruption: AbortSignal;
  /** How long it may take; no limit if left out. */
  readonly seconds?: number;
  /** Tells by its stdout whether it has done what it was for; then it has a few seconds to end by itself. */
  readonly isDone?: (stdout: string) => boolean;
}

/** How a program ended, and what it wrote. */
export interface ProgramOutcome {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** Name of the signal that ended it. */
  readonly signal: NodeJS.Signals | null;
  /** Why we ended it: its time was up, or it had nothing left to do, but went on. */
  readonly ended: "timed-out" | "lingered" | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const GRACE = 5000;
/** How long output is waited for after the end: processes that the program left behind may hold its pipes open. */
const DRAIN = 500;
/** Windows has no process groups, and would open a console for each. */
const GROUPS = process.platform !== "win32";

/** Ends a program with all that it started. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (GROUPS) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // it has ended by itself
  }
}

/** The one deadline of a program, which a later one replaces; what it left behind is ended, too. */
function deadline(child: ChildProcess) {
  let ended: ProgramOutcome["ended"];
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => clearTimeout(timer);
  const set = (milliseconds: number, why?: ProgramOutcome["ended"]): void => {
    clear();
    timer = setTimeout(() => {
      ended ??= why;
      endGroup(child);
      if (why !== undefined) return;
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, milliseconds);
  };
  return { set, clear, ended: () => ended };
}

/** Collects what a program prints; tells once when its stdout says that it is done. */
function collect(
  { stdout, stderr }: ChildProcess,
  isDone: (stdout: string) => boolean,
  nowDone: () => void,
): { stdout: string; stderr: string } {
  const printed = { stdout: "", stderr: "" };
  let done = false;
  stderr?.setEncoding("utf8").on("data", (text: string) => (printed.stderr += text));
  stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed.stdout += text;
    if (done || !isDone(printed.stdout)) return;
    done = true;
    nowDone();
  });
  return printed;
}

/**
 * Runs a program without a shell and collects what it prints. When interrupted or out of time it is ended with all that
 * it started: it has a process group of its own, which Ctrl-C in a terminal does not reach.
 *
 * Rejects where the program cannot be started, and with the signal's reason once it has ended after an interruption.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { folder, environment, interruption, seconds, isDone = () => false }: ProgramOptions,
): Promise<ProgramOutcome> {
  return new Promise((resolve, reject) => {
    interruption.throwIfAborted();
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: GROUPS,
    });
    const { set, clear, ended } = deadline(child);
    const printed = collect(child, isDone, () => {
      if (child.exitCode === null && child.signalCode === null) set(GRACE, "lingered");
    });
    const end = (): void => endGroup(child);
    interruption.addEventListener("abort", end, { once: true });
    if (seconds !== undefined) set(seconds * 1000, "timed-out");
    child.on("exit", () => set(DRAIN));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clear();
      interruption.removeEventListener("abort", end);
      if (interruption.aborted) reject(interruption.reason as Error);
      else resolve({ code, signal, ended: ended(), ...printed });
    });
  });
}
