import { spawn } from "node:child_process";

/** How a child process ended, and what it wrote. */
export interface ChildOutcome {
  readonly exitCode: number | null;
  /** Name of the signal that ended it. */
  readonly signal: NodeJS.Signals | null;
  /** Whether we ended it since its time was up. */
  readonly timedOut: boolean;
  /** Whether we ended it since it had nothing left to do, but went on. */
  readonly lingered: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a child process is watched. */
export interface ChildWatch {
  readonly folder: string;
  readonly seconds: number;
  /** Tells by its stdout whether it has done what it was for; then it has a few seconds to end by itself. */
  readonly isDone: (stdout: string) => boolean;
  readonly interruption: AbortSignal;
}

const GRACE = 5000;
/** How long output is waited for after the end: processes that the child left behind may hold its pipes open. */
const DRAIN = 500;

function timer(milliseconds: number, run: () => void): () => void {
  const handle = setTimeout(run, milliseconds);
  return () => clearTimeout(handle);
}

/** Runs a Node program in a process of its own, which is killed when its time is up or the user interrupts. */
export function runChild(args: readonly string[], watch: ChildWatch): Promise<ChildOutcome> {
  const child = spawn(process.execPath, args, {
    cwd: watch.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  const killed = { timedOut: false, lingered: false };
  const kill = (): unknown => child.kill("SIGKILL");
  const end = (why: keyof typeof killed) => () => {
    killed[why] = true;
    kill();
  };
  const stops = [timer(watch.seconds * 1000, end("timedOut"))];
  const stop = (): void => {
    for (const each of stops) each();
    watch.interruption.removeEventListener("abort", kill);
  };
  watch.interruption.addEventListener("abort", kill);
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (text.stderr += piece));
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    text.stdout += piece;
    if (!watch.isDone(text.stdout) || stops.length > 1) return;
    stops[0]?.();
    stops.push(timer(GRACE, end("lingered")));
  });
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      stop();
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exitCode: child.exitCode, signal: child.signalCode, ...killed, ...text });
    };
    child.on("error", (error) => {
      stop();
      reject(error);
    });
    child.on("exit", () => stops.push(timer(DRAIN, settle)));
    child.on("close", settle);
  });
}
