import { spawn } from "node:child_process";

/** How a program is run. */
export interface ProgramOptions {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly interruption: AbortSignal;
}

/** What a program left behind; its code is null where a signal ended it. */
export interface ProgramOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function endGroup(id: number | undefined): void {
  if (id === undefined) return;
  try {
    process.kill(-id, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

/**
 * Runs a program without a shell and collects what it prints. When interrupted it is ended with all that it started:
 * it has a process group of its own, which Ctrl-C in a terminal does not reach.
 *
 * Rejects where the program cannot be started, and with the signal's reason once it has ended after an interruption.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { folder, environment, interruption }: ProgramOptions,
): Promise<ProgramOutcome> {
  return new Promise((resolve, reject) => {
    interruption.throwIfAborted();
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => (printed[name] += text));
    const end = (): void => endGroup(child.pid);
    interruption.addEventListener("abort", end, { once: true });
    child.on("error", reject);
    child.on("close", (code) => {
      interruption.removeEventListener("abort", end);
      if (interruption.aborted) reject(interruption.reason as Error);
      else resolve({ code, ...printed });
    });
  });
}

/** Returns the last lines of a text that hold something, at most so many. */
export function lastLines(text: string, count: number): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-count);
}
